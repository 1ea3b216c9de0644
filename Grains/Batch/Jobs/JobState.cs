using System.Collections.Immutable;

namespace Crescent.Grains.Batch.Jobs;

/// <summary>A Job's status as the planner computes it.</summary>
internal sealed record JobState
{
    public int Active { get; init; }

    public int Ready { get; init; }

    public int Terminating { get; init; }

    public int Succeeded { get; init; }

    public int Failed { get; init; }

    public ImmutableSortedSet<string> UncountedSucceeded { get; init; } = ImmutableSortedSet.Create<string>(StringComparer.Ordinal);

    public ImmutableSortedSet<string> UncountedFailed { get; init; } = ImmutableSortedSet.Create<string>(StringComparer.Ordinal);

    /// <summary>Null outside of Indexed jobs.</summary>
    public string? CompletedIndexes { get; init; }

    /// <summary>Null unless failures are limited per index.</summary>
    public string? FailedIndexes { get; init; }

    public DateTimeOffset? StartTime { get; init; }

    public DateTimeOffset? CompletionTime { get; init; }

    /// <summary>Conditions to set, in this order: type, status, reason, message.</summary>
    public ImmutableArray<(string Type, string Status, string Reason, string Message)> Conditions { get; init; } = [];
}
