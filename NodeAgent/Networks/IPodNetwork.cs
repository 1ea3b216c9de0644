namespace Crescent.NodeAgent.Networks;

/// <summary>The network pods of this node are attached to.</summary>
public interface IPodNetwork
{
    /// <summary>
    /// Makes sure the node's bridge, routes and filters are there and says where to attach sandboxes.
    /// Idempotent; waits for the node's registration (podCIDR).
    /// </summary>
    Task<PodSegment> EnsureAsync(CancellationToken cancellationToken = default);
}
