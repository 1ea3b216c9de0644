using System.Collections.Immutable;

namespace Crescent.Grains.Workloads.DaemonSets;

/// <summary>What to do for a DaemonSet now.</summary>
internal sealed record DaemonSetPlan
{
    public ImmutableArray<PodFacts> Adopt { get; init; } = [];

    public ImmutableArray<PodFacts> Release { get; init; } = [];

    /// <summary>Names of nodes that get a pod.</summary>
    public ImmutableArray<string> Create { get; init; } = [];

    public ImmutableArray<PodFacts> Delete { get; init; } = [];

    /// <summary>Failed pods among those to delete; they are told of.</summary>
    public ImmutableArray<PodFacts> Failed { get; init; } = [];

    public required DaemonCounts Counts { get; init; }

    public TimeSpan? LookAgain { get; init; }
}
