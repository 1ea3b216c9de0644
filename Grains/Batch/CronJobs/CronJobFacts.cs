using System.Text.Json;
using Crescent.Grains.Reconciling;
using Crescent.Grains.Workloads;
using Crescent.Resources;

namespace Crescent.Grains.Batch.CronJobs;

/// <summary>A CronJob as its planner reads it.</summary>
internal sealed class CronJobFacts
{
    public required ResourceSnapshot Snapshot { get; init; }
    public required JsonElement View { get; init; }

    /// <summary>Null when the stored text cannot be read; then <see cref="Problem"/> says why.</summary>
    public required CronSchedule? Schedule { get; init; }

    public required string Problem { get; init; }
    public required TimeZoneInfo Zone { get; init; }

    /// <summary>Allow, Forbid or Replace.</summary>
    public required string Concurrency { get; init; }

    public required bool IsSuspended { get; init; }

    /// <summary>How late a run may still start; null: any time.</summary>
    public required TimeSpan? StartingDeadline { get; init; }

    public required int SuccessfulLimit { get; init; }
    public required int FailedLimit { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset? LastSchedule { get; init; }

    public JsonElement Status => View.At("status");

    public bool IsDeleting => Snapshot.DeletionTimestamp is not null;

    public OwnerIdentity Identity => new("batch/v1", "CronJob", Snapshot.Key.Namespace, Snapshot.Key.Name, Snapshot.Uid);

    public static CronJobFacts Of(ResourceSnapshot snapshot)
    {
        var view = snapshot.View();
        var spec = view.At("spec");
        CronSchedule.TryParse(spec.At("schedule").Text() ?? "", out var schedule, out var problem);
        var zone = spec.At("timeZone").Text() is { Length: > 0 } name && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var found) ? found : TimeZoneInfo.Utc;
        return new()
        {
            Snapshot = snapshot,
            View = view,
            Schedule = schedule,
            Problem = problem ?? "",
            Zone = zone,
            Concurrency = spec.At("concurrencyPolicy").Text() ?? "Allow",
            IsSuspended = spec.At("suspend").IsTrue(),
            StartingDeadline = spec.At("startingDeadlineSeconds").Long() is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            SuccessfulLimit = spec.At("successfulJobsHistoryLimit").Int() ?? 3,
            FailedLimit = spec.At("failedJobsHistoryLimit").Int() ?? 1,
            CreatedAt = view.At("metadata", "creationTimestamp").Time() ?? DateTimeOffset.UnixEpoch,
            LastSchedule = view.At("status", "lastScheduleTime").Time(),
        };
    }
}
