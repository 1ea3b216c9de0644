namespace Crescent.NodeAgent.Networks;

/// <summary>Network settings of one node agent.</summary>
public sealed class NodeNetworkOptions
{
    /// <summary>
    /// Who carries service traffic. Default <see cref="Networks.ProxyMode.Nftables"/> on Linux; elsewhere nothing is carried whatever
    /// stands here.
    /// </summary>
    public ProxyMode ProxyMode { get; set; } = ProxyMode.Nftables;

    /// <summary>Serve cluster names to pods. Default true on Linux; elsewhere nothing is served.</summary>
    public bool IsDnsEnabled { get; set; } = true;

    /// <summary>Name of the bridge interface, at most 15 characters. Default: derived from the node name.</summary>
    public string? BridgeName { get; set; }

    /// <summary>
    /// nftables table with the services, shared by all nodes of one cluster on this host. Default <c>crescent</c>; another name for each
    /// further cluster on the same host.
    /// </summary>
    public string ServiceTable { get; set; } = NodeNames.ServiceTable;

    /// <summary>MTU of pod interfaces; null takes the engine's default.</summary>
    public int? Mtu { get; set; }

    /// <summary>Port of the DNS server on the bridge address. Default 53, which host-network pods need; pods reach any port.</summary>
    public int DnsPort { get; set; } = 53;

    /// <summary>resolv.conf with the resolvers for names outside the cluster. Default <c>/etc/resolv.conf</c>.</summary>
    public string ResolvConf { get; set; } = "/etc/resolv.conf";

    /// <summary>
    /// Bursts of changes are merged for at most this long after one was applied. Default 50 ms: a rollout of 20 pods becomes a few
    /// transactions, a single change is still applied at once.
    /// </summary>
    public TimeSpan ProxyMinInterval { get; set; } = TimeSpan.FromMilliseconds(50);

    /// <summary>How often rules, bridge and routes are compared with what they should be. Default 30 s.</summary>
    public TimeSpan ResyncInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Docker engine the pod network is made on when no client is registered in the container. Default: DOCKER_HOST, else the local socket.
    /// </summary>
    public Uri? DockerEndpoint { get; set; }
}
