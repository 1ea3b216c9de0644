using System.Collections.Immutable;

namespace Crescent.Grains.Nodes.Lifecycle;

/// <summary>What to do for a node and its pods now.</summary>
internal sealed record NodeLifecyclePlan
{
    /// <summary>The node's taints as they are to be; null to leave them.</summary>
    public ImmutableArray<Taint>? Taints { get; init; }

    /// <summary>True when the node has just been found not ready.</summary>
    public bool HasFailed { get; init; }

    /// <summary>Pods to show as not ready: nobody answers for them.</summary>
    public ImmutableArray<NodePod> MarkNotReady { get; init; } = [];

    /// <summary>
    /// Pods that were shown as not ready while their node was lost, and have not been reported otherwise since: a node only reports what
    /// has changed for it.
    /// </summary>
    public ImmutableArray<NodePod> MarkReadyAgain { get; init; } = [];

    /// <summary>Pods whose toleration has run out.</summary>
    public ImmutableArray<NodePod> Evict { get; init; } = [];

    /// <summary>When the next toleration runs out.</summary>
    public TimeSpan? LookAgain { get; init; }
}
