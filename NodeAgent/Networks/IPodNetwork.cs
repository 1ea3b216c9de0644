namespace Crescent.NodeAgent.Networks;

/// <summary>The network pods of this node are attached to.</summary>
public interface IPodNetwork
{
    /// <summary>
    /// Makes sure the node's bridge, routes and filters are there and returns the name of the container network to attach sandboxes to.
    /// Idempotent; waits for the node's registration (podCIDR).
    /// </summary>
    Task<string> EnsureAsync(CancellationToken cancellationToken = default);
}
