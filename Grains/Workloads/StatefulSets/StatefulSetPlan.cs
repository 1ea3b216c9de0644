using System.Collections.Immutable;

namespace Crescent.Grains.Workloads.StatefulSets;

/// <summary>What to do for a StatefulSet now; the next step follows when this one shows.</summary>
internal sealed record StatefulSetPlan
{
    public ImmutableArray<PodFacts> Adopt { get; init; } = [];

    public ImmutableArray<PodFacts> Release { get; init; } = [];

    /// <summary>Ordinals to create, and whether of the new template.</summary>
    public ImmutableArray<(int Ordinal, bool IsUpdated)> Create { get; init; } = [];

    public ImmutableArray<PodFacts> Delete { get; init; } = [];

    public required StatefulCounts Counts { get; init; }

    public TimeSpan? LookAgain { get; init; }
}
