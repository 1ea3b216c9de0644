using System.Collections.Immutable;

namespace Crescent.Grains.Workloads.ReplicaSets;

/// <summary>What to do for a ReplicaSet now.</summary>
internal sealed record ReplicaSetPlan
{
    /// <summary>Matching pods without a controller.</summary>
    public ImmutableArray<PodFacts> Adopt { get; init; } = [];

    /// <summary>Own pods that no longer match.</summary>
    public ImmutableArray<PodFacts> Release { get; init; } = [];

    /// <summary>Pods to create.</summary>
    public int Create { get; init; }

    /// <summary>Pods to delete, in this order.</summary>
    public ImmutableArray<PodFacts> Delete { get; init; } = [];

    public required ReplicaCounts Counts { get; init; }

    /// <summary>When the next pod becomes available through minReadySeconds.</summary>
    public TimeSpan? LookAgain { get; init; }
}
