using System.Collections.Immutable;
using Crescent.Grains.Workloads;

namespace Crescent.Grains.Batch.Jobs;

/// <summary>What to do for a Job now. The status is written first: it must know a finished pod before the pod may go.</summary>
internal sealed record JobPlan
{
    public ImmutableArray<PodFacts> Adopt { get; init; } = [];

    public ImmutableArray<PodFacts> Release { get; init; } = [];

    public ImmutableArray<JobSlot> Create { get; init; } = [];

    public ImmutableArray<PodFacts> Delete { get; init; } = [];

    /// <summary>Counted pods that are let go.</summary>
    public ImmutableArray<JobPod> Untrack { get; init; } = [];

    public required JobState State { get; init; }

    public TimeSpan? LookAgain { get; init; }

    /// <summary>The job has outlived its ttl.</summary>
    public bool Expire { get; init; }

    /// <summary>Reason, message and whether it is a warning, of what is to be told.</summary>
    public (string Reason, string Message, bool IsWarning)? Tell { get; init; }
}
