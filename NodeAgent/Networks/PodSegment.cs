namespace Crescent.NodeAgent.Networks;

/// <summary>Where this node's sandboxes are attached.</summary>
/// <param name="Network">Container network of the engine.</param>
public sealed record PodSegment(string Network)
{
    /// <summary>The bridge behind the network, when part of its range is left to the agent to attach sandboxes itself.</summary>
    public BridgeSegment? Bridge { get; init; }
}
