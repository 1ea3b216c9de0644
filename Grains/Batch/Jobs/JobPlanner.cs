using System.Collections.Immutable;
using Crescent.Grains.Reconciling;
using Crescent.Grains.Workloads;

namespace Crescent.Grains.Batch.Jobs;

/// <summary>
/// Runs pods until enough have succeeded. A finished pod is counted exactly once: it is first named in
/// <c>status.uncountedTerminatedPods</c>, then loses the finalizer that kept it, then moves into the counters. See
/// <see href="https://kubernetes.io/docs/concepts/workloads/controllers/job/#job-tracking-with-finalizers">tracking with finalizers</see>.
/// </summary>
internal static class JobPlanner
{
    private const int MostAtOnce = 500;
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(10);

    /// <param name="job">The Job.</param>
    /// <param name="candidates">Pods it controls and pods of its namespace without a controller.</param>
    /// <param name="now">The present.</param>
    public static JobPlan Plan(JobFacts job, IReadOnlyList<JobPod> candidates, DateTimeOffset now)
    {
        var claims = Claims.Of(job.Snapshot, job.Selector, candidates, static pod => pod.Facts);
        var tally = JobTally.Of(job, claims.Own);
        if (job.Finished is { } finished)
        {
            return Retire(job, tally, finished.At, now) with { Release = claims.Release };
        }

        var verdict = Judge(job, tally, claims.Own, now);
        var plan = verdict is null
            ? job.IsSuspended ? Suspend(job, tally) : Run(job, tally, claims.Own, now)
            : End(tally, verdict.Value, now);
        return plan with { Adopt = claims.Adopt, Release = claims.Release, Untrack = tally.Untrack };
    }

    private static JobPlan Retire(JobFacts job, JobTally tally, DateTimeOffset at, DateTimeOffset now)
    {
        TimeSpan? left = job.TimeToLive is { } life && !job.IsDeleting ? at + life - now : null;
        return new()
        {
            State = tally.State, Untrack = tally.Untrack, Delete = [.. tally.Active.Select(static pod => pod.Facts)], Expire = left <= TimeSpan.Zero,
            LookAgain = left > TimeSpan.Zero ? left : null,
        };
    }

    /// <summary>Whether the job has come to an end, and how.</summary>
    private static JobVerdict? Judge(JobFacts job, JobTally tally, IReadOnlyList<JobPod> own, DateTimeOffset now)
    {
        var conditions = job.Status.At("conditions");
        foreach (var (target, isFailure) in ((string, bool)[])[("FailureTarget", true), ("SuccessCriteriaMet", false)])
        {
            var condition = conditions.Condition(target);
            if (condition.At("status").ValueEqualsText("True"))
            {
                return new(isFailure, condition.At("reason").Text() ?? "", condition.At("message").Text() ?? "");
            }
        }

        if (tally.JobFailure is { Length: > 0 } message)
        {
            return new(true, "PodFailurePolicy", message);
        }

        if (job.IsIndexed && job.Success.Match(tally.Completed) is { } rule)
        {
            return new(false, "SuccessPolicy", $"Matched rules at index {rule}");
        }

        if (job.MaxFailedIndexes is { } most && tally.Lost.Count > most)
        {
            return new(true, "MaxFailedIndexesExceeded", "Job has exceeded the specified maximal number of failed indexes");
        }

        if (tally.Lost.Count > 0 && tally.Successes + tally.Lost.Count >= job.Completions)
        {
            return new(true, "FailedIndexes", "Job has failed indexes");
        }

        if (tally.Failures > job.BackoffLimit || (job.RestartsInPlace && RestartsExhausted(job, own)))
        {
            return new(true, "BackoffLimitExceeded", "Job has reached the specified backoff limit");
        }

        if (!job.IsSuspended && job.Deadline is { } deadline && job.StartTime is { } start && now - start >= deadline)
        {
            return new(true, "DeadlineExceeded", "Job was active longer than specified deadline");
        }

        var isDone = job.Completions is { } wanted ? tally.Successes >= wanted : tally.Successes > 0 && tally.Active.Count == 0;
        return isDone && !job.IsSuspended ? new(false, "CompletionsReached", "Reached expected number of succeeded pods") : null;
    }

    private static bool RestartsExhausted(JobFacts job, IReadOnlyList<JobPod> own)
    {
        var restarts = own.Where(static pod => pod.Facts.Phase is "Running" or "Pending" && pod.Facts.IsActive).Sum(static pod => pod.Restarts);
        return job.BackoffLimit == 0 ? restarts > 0 : restarts >= job.BackoffLimit;
    }

    /// <summary>First the target is stated and the pods go; when all are gone and counted the job is over.</summary>
    private static JobPlan End(JobTally tally, JobVerdict verdict, DateTimeOffset now)
    {
        var isOver = tally.Active.Count == 0 && tally.State.Terminating == 0 && tally.Untrack.IsEmpty
            && tally.State.UncountedFailed.IsEmpty && tally.State.UncountedSucceeded.IsEmpty;
        ImmutableArray<(string, string, string, string)> conditions =
            [(verdict.IsFailure ? "FailureTarget" : "SuccessCriteriaMet", "True", verdict.Reason, verdict.Message)];
        if (!isOver)
        {
            return new() { State = tally.State with { Conditions = conditions }, Delete = [.. tally.Active.Select(static pod => pod.Facts)] };
        }

        return new()
        {
            State = tally.State with
            {
                Conditions = conditions.Add((verdict.IsFailure ? "Failed" : "Complete", "True", verdict.Reason, verdict.Message)),
                CompletionTime = verdict.IsFailure ? null : now,
            },
            Tell = verdict.IsFailure ? (verdict.Reason, verdict.Message, true) : ("Completed", "Job completed", false),
        };
    }

    private static JobPlan Suspend(JobFacts job, JobTally tally)
    {
        var isTold = job.Status.At("conditions").Condition("Suspended").At("status").ValueEqualsText("True");
        return new()
        {
            State = tally.State with { StartTime = null, Conditions = [("Suspended", "True", "JobSuspended", "Job suspended")] },
            Delete = [.. tally.Active.Select(static pod => pod.Facts)],
            Tell = isTold ? null : ("Suspended", "Job suspended", false),
        };
    }

    private static JobPlan Run(JobFacts job, JobTally tally, IReadOnlyList<JobPod> own, DateTimeOffset now)
    {
        var wasSuspended = job.Status.At("conditions").Condition("Suspended").At("status").ValueEqualsText("True");
        var start = job.StartTime ?? now;
        var state = tally.State with
        {
            StartTime = start, Conditions = wasSuspended ? [("Suspended", "False", "JobResumed", "Job resumed")] : [],
        };
        var plan = new JobPlan
        {
            State = state, Tell = wasSuspended ? ("Resumed", "Job resumed", false) : null,
            LookAgain = job.Deadline is { } deadline ? start + deadline - now : null,
        };
        if (job.IsDeleting)
        {
            return plan;
        }

        var wanted = job.Completions is { } completions
            ? Math.Min(job.Parallelism, Math.Max(completions - tally.Successes - tally.Lost.Count, 0))
            : tally.Successes > 0 ? tally.Active.Count : job.Parallelism;
        if (tally.Active.Count > wanted)
        {
            return plan with { Delete = Surplus(tally.Active, tally.Active.Count - wanted) };
        }

        var missing = Math.Min(wanted - tally.Active.Count - (job.ReplacesOnlyFailed ? state.Terminating : 0), MostAtOnce);
        if (missing <= 0)
        {
            return plan;
        }

        if (Pause(own, now) is { } pause)
        {
            return plan with { LookAgain = plan.LookAgain is { } other && other < pause ? other : pause };
        }

        return plan with { Create = job.IsIndexed ? FreeIndexes(job, tally, missing) : [.. Enumerable.Repeat(default(JobSlot), missing)] };
    }

    private static ImmutableArray<PodFacts> Surplus(List<JobPod> active, int count) =>
        [.. active.OrderBy(static pod => pod.Facts.NodeName.Length > 0).ThenBy(static pod => pod.Facts.IsReady)
            .ThenByDescending(static pod => pod.Facts.CreatedAt).Take(count).Select(static pod => pod.Facts)];

    private static ImmutableArray<JobSlot> FreeIndexes(JobFacts job, JobTally tally, int count)
    {
        var taken = tally.Active.Select(static pod => pod.Index).ToHashSet();
        return [.. Enumerable.Range(0, job.Completions ?? 0)
            .Where(index => !tally.Completed.Contains(index) && !tally.Lost.Contains(index) && !taken.Contains(index)).Take(count)
            .Select(index => new JobSlot(index, job.BackoffLimitPerIndex is null ? null : tally.FailuresOf.GetValueOrDefault(index)))];
    }

    /// <summary>Failures in a row double the pause before the next pod.</summary>
    private static TimeSpan? Pause(IReadOnlyList<JobPod> own, DateTimeOffset now)
    {
        var failures = 0;
        DateTimeOffset last = default;
        foreach (var pod in own.Where(static pod => pod.Facts.IsFinished).OrderBy(static pod => pod.FinishedAt))
        {
            failures = pod.IsSucceeded ? 0 : failures + 1;
            last = pod.FinishedAt;
        }

        if (failures == 0)
        {
            return null;
        }

        var pause = TimeSpan.FromTicks(Math.Min(FirstPause.Ticks << Math.Min(failures - 1, 10), LongestPause.Ticks));
        return last + pause > now ? last + pause - now : null;
    }

    private readonly record struct JobVerdict(bool IsFailure, string Reason, string Message);
}
