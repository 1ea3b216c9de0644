using System.Collections.Immutable;

namespace Crescent.Grains.Batch.CronJobs;

/// <summary>What to do for a CronJob now.</summary>
internal sealed record CronJobPlan
{
    /// <summary>Finished Jobs beyond the history limits.</summary>
    public ImmutableArray<ChildJob> Forget { get; init; } = [];

    /// <summary>Running Jobs that a new run replaces.</summary>
    public ImmutableArray<ChildJob> Replace { get; init; } = [];

    /// <summary>Jobs that run, for the status.</summary>
    public ImmutableArray<ChildJob> Active { get; init; } = [];

    /// <summary>When the run to start now was due.</summary>
    public DateTimeOffset? Start { get; init; }

    public DateTimeOffset? LastSuccess { get; init; }

    /// <summary>Reason and message of an event; empty for none.</summary>
    public (string Reason, string Message) Tell { get; init; } = ("", "");

    public TimeSpan? LookAgain { get; init; }
}
