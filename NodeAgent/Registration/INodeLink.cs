using Crescent.Nodes;

namespace Crescent.NodeAgent.Registration;

/// <summary>
/// This node's line to the cluster. Registration and heartbeats are kept up behind it; calls made while the cluster is unreachable fail
/// and are to be retried by their owner.
/// </summary>
public interface INodeLink
{
    /// <summary>Name of the Node object.</summary>
    string NodeName { get; }

    /// <summary>The node's grain; every call through it carries a valid token.</summary>
    INodeGrain Grain { get; }

    /// <summary>Completes at the first accepted registration, with podCIDR, cluster network and node uid.</summary>
    Task<NodeRegistrationResult> WaitForRegistrationAsync(CancellationToken cancellationToken = default);
}
