namespace Crescent.NodeAgent.Proxy;

/// <summary>What one service contributes to the table.</summary>
internal sealed class ServiceFragment
{
    public List<NftChain> Chains { get; } = [];

    /// <summary>Sets of clients stuck to endpoints.</summary>
    public List<NftSet> Sets { get; } = [];

    /// <summary>Address, protocol and port to the chain that serves it.</summary>
    public List<KeyValuePair<string, string?>> ServiceIps { get; } = [];

    /// <summary>Protocol and node port to the chain that serves it.</summary>
    public List<KeyValuePair<string, string?>> NodePorts { get; } = [];

    /// <summary>External addresses, protocols and ports without endpoints.</summary>
    public List<KeyValuePair<string, string?>> UnservedIps { get; } = [];

    /// <summary>Protocols and node ports without endpoints.</summary>
    public List<KeyValuePair<string, string?>> UnservedPorts { get; } = [];

    public SortedSet<Endpoint> Endpoints { get; } = [];
}
