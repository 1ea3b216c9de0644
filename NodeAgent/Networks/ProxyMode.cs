namespace Crescent.NodeAgent.Networks;

/// <summary>Implementation of the service proxy.</summary>
public enum ProxyMode
{
    /// <summary>nftables rules in the kernel of this host.</summary>
    Nftables,

    /// <summary>Somebody else's proxy serves this node, or none.</summary>
    None,
}
