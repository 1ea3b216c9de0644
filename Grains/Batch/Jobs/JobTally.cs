using System.Collections.Immutable;
using Crescent.Grains.Reconciling;

namespace Crescent.Grains.Batch.Jobs;

/// <summary>The pods of a Job, counted.</summary>
internal sealed record JobTally
{
    public required JobState State { get; init; }

    public required List<JobPod> Active { get; init; }

    /// <summary>Finished pods that the status knows of: they may lose their finalizer.</summary>
    public required ImmutableArray<JobPod> Untrack { get; init; }

    /// <summary>Completed indexes of an Indexed job.</summary>
    public required SortedSet<int> Completed { get; init; }

    /// <summary>Indexes that may not be tried again.</summary>
    public required SortedSet<int> Lost { get; init; }

    /// <summary>Failures by index, where they are limited per index.</summary>
    public required Dictionary<int, int> FailuresOf { get; init; }

    /// <summary>Successes, those not yet in the counters included; of an Indexed job, completed indexes.</summary>
    public required int Successes { get; init; }

    public required int Failures { get; init; }

    /// <summary>Why a pod's failure fails the whole job; empty when none does.</summary>
    public required string JobFailure { get; init; }

    public static JobTally Of(JobFacts job, IReadOnlyList<JobPod> own)
    {
        var status = job.Status;
        var known = status.At("uncountedTerminatedPods");
        var tracked = own.Where(static pod => pod.IsTracked).ToDictionary(static pod => pod.Uid, StringComparer.Ordinal);
        var (pendingSuccesses, countedSuccesses) = Split(known.At("succeeded"), tracked);
        var (pendingFailures, countedFailures) = Split(known.At("failed"), tracked);
        var completed = IndexSet.Parse(status.At("completedIndexes").Text());
        var lost = IndexSet.Parse(status.At("failedIndexes").Text());
        var jobFailure = "";
        var untrack = ImmutableArray.CreateBuilder<JobPod>();
        var isNew = new List<JobPod>();
        foreach (var pod in tracked.Values)
        {
            if (pendingSuccesses.Contains(pod.Uid) || pendingFailures.Contains(pod.Uid))
            {
                untrack.Add(pod);
            }
            else if (pod.IsSucceeded || pod.IsFailed)
            {
                isNew.Add(pod);
            }
        }

        var isOver = job.Finished is not null;
        foreach (var pod in isNew)
        {
            if (isOver)
            {
                untrack.Add(pod);
            }
            else if (pod.IsSucceeded)
            {
                if (pod.Index is { } index && job.IsIndexed)
                {
                    completed.Add(index);
                }

                pendingSuccesses.Add(pod.Uid);
            }
            else
            {
                var (action, message) = job.Policy.Judge(pod);
                if (action == "Ignore")
                {
                    untrack.Add(pod);
                    continue;
                }

                jobFailure = action == "FailJob" && jobFailure.Length == 0 ? message : jobFailure;
                if (job.BackoffLimitPerIndex is { } limit && pod.Index is { } failedIndex && (action == "FailIndex" || pod.EarlierFailures >= limit))
                {
                    lost.Add(failedIndex);
                }

                pendingFailures.Add(pod.Uid);
            }
        }

        var succeeded = job.IsIndexed ? completed.Count : (status.At("succeeded").Int() ?? 0) + countedSuccesses;
        var failed = (status.At("failed").Int() ?? 0) + countedFailures;
        var active = own.Where(static pod => pod.Facts.IsActive).ToList();
        return new()
        {
            State = new()
            {
                Active = active.Count,
                Ready = active.Count(static pod => pod.Facts.IsReady),
                Terminating = own.Count(static pod => pod.Facts.IsDeleting && !pod.Facts.IsFinished && !pod.IsFailed),
                Succeeded = succeeded,
                Failed = failed,
                UncountedSucceeded = [.. pendingSuccesses],
                UncountedFailed = [.. pendingFailures],
                FailedIndexes = job.BackoffLimitPerIndex is null ? null : IndexSet.Format(lost),
                CompletedIndexes = job.IsIndexed ? IndexSet.Format(completed) : null,
                StartTime = job.StartTime,
                CompletionTime = status.At("completionTime").Time(),
            },
            Active = active,
            Untrack = untrack.ToImmutable(),
            Completed = completed,
            Lost = lost,
            FailuresOf = job.BackoffLimitPerIndex is null ? [] : own.Where(static pod => pod.IsFailed && pod.Index is not null)
                .GroupBy(static pod => pod.Index!.Value).ToDictionary(static group => group.Key, static group => group.Max(static pod => pod.EarlierFailures) + 1),
            Successes = job.IsIndexed ? completed.Count(index => index < (job.Completions ?? 0)) : succeeded + pendingSuccesses.Count,
            Failures = failed + pendingFailures.Count,
            JobFailure = jobFailure,
        };
    }

    // Named pods that still carry the finalizer wait; the others are safe to count.
    private static (HashSet<string> Pending, int Counted) Split(System.Text.Json.JsonElement uids, Dictionary<string, JobPod> tracked)
    {
        var all = uids.Items().Select(static uid => uid.Text() ?? "").ToList();
        var pending = all.Where(tracked.ContainsKey).ToHashSet(StringComparer.Ordinal);
        return (pending, all.Count - pending.Count);
    }
}
