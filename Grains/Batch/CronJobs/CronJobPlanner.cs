using System.Collections.Immutable;
using Crescent.Grains.Reconciling;

namespace Crescent.Grains.Batch.CronJobs;

/// <summary>Starts the run that is due, keeps the history short. Of several missed runs only the last is made up for.</summary>
internal static class CronJobPlanner
{
    private const int TooMany = 100;
    private static readonly TimeSpan LongestSleep = TimeSpan.FromHours(1);

    public static CronJobPlan Plan(CronJobFacts job, IReadOnlyList<ChildJob> children, DateTimeOffset now)
    {
        var active = children.Where(static child => child.Finished is null && child.Snapshot.DeletionTimestamp is null).ToImmutableArray();
        var plan = new CronJobPlan
        {
            Forget = [.. Surplus(children, "Complete", job.SuccessfulLimit), .. Surplus(children, "Failed", job.FailedLimit)],
            Active = active,
            LastSuccess = children.Select(static child => child.CompletedAt).Append(job.Status.At("lastSuccessfulTime").Time()).Max(),
        };
        if (job.IsDeleting || job.IsSuspended)
        {
            return plan;
        }

        if (job.Schedule is not { } schedule)
        {
            return plan with { Tell = ("UnparseableSchedule", $"unparseable schedule: {job.Problem}") };
        }

        var next = schedule.Next(now, job.Zone);
        plan = plan with { LookAgain = next is { } time ? (time - now < LongestSleep ? time - now : LongestSleep) : null };
        var (due, missed) = MostRecent(job, schedule, now);
        if (due is not { } start)
        {
            return plan;
        }

        if (missed > TooMany)
        {
            plan = plan with { Tell = ("TooManyMissedTimes", $"too many missed start times: {missed}. Set or decrease .spec.startingDeadlineSeconds or check clock skew") };
        }

        if (job.StartingDeadline is { } deadline && start + deadline < now)
        {
            return plan with { Tell = ("MissSchedule", $"Missed scheduled time to start a job: {start:R}") };
        }

        if (active.Length > 0 && job.Concurrency == "Forbid")
        {
            return plan with { Tell = ("JobAlreadyActive", "Not starting job because prior execution is running and concurrency policy is Forbid") };
        }

        return plan with { Start = start, Replace = job.Concurrency == "Replace" ? active : [] };
    }

    /// <summary>The last time a run was due and none was started, and how many there were.</summary>
    private static (DateTimeOffset? Due, int Missed) MostRecent(CronJobFacts job, CronSchedule schedule, DateTimeOffset now)
    {
        var from = job.LastSchedule ?? job.CreatedAt;
        if (job.StartingDeadline is { } deadline && now - deadline > from)
        {
            from = now - deadline;
        }

        DateTimeOffset? due = null;
        var missed = 0;
        for (var next = schedule.Next(from, job.Zone); next is { } time && time <= now; next = schedule.Next(time, job.Zone))
        {
            due = time;
            if (++missed > TooMany)
            {
                // Enough to tell of; the last one is looked for close to the present.
                return (Latest(schedule, time, job.Zone, now), missed);
            }
        }

        return (due, missed);
    }

    private static DateTimeOffset Latest(CronSchedule schedule, DateTimeOffset due, TimeZoneInfo zone, DateTimeOffset now)
    {
        foreach (var back in (ReadOnlySpan<double>)[0.05, 1, 24, 24 * 31, 24 * 366])
        {
            var found = default(DateTimeOffset?);
            var start = now - TimeSpan.FromHours(back) > due ? now - TimeSpan.FromHours(back) : due;
            for (var next = schedule.Next(start, zone); next is { } time && time <= now; next = schedule.Next(time, zone))
            {
                found = time;
            }

            if (found is { } last)
            {
                return last;
            }
        }

        return due;
    }

    private static IEnumerable<ChildJob> Surplus(IReadOnlyList<ChildJob> children, string outcome, int limit)
    {
        var finished = children.Where(child => child.Finished == outcome && child.Snapshot.DeletionTimestamp is null)
            .OrderBy(static child => child.StartedAt).ThenBy(static child => child.Snapshot.Key).ToList();
        return finished.Take(Math.Max(finished.Count - limit, 0));
    }
}
