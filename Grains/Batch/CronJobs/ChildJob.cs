using Crescent.Grains.Batch.Jobs;
using Crescent.Grains.Reconciling;
using Crescent.Resources;

namespace Crescent.Grains.Batch.CronJobs;

/// <summary>A Job that a CronJob has started.</summary>
/// <param name="Snapshot">The Job.</param>
/// <param name="Finished">Complete or Failed; null while it runs.</param>
/// <param name="StartedAt">Start of the run.</param>
/// <param name="CompletedAt">End of a successful run.</param>
internal sealed record ChildJob(ResourceSnapshot Snapshot, string? Finished, DateTimeOffset StartedAt, DateTimeOffset? CompletedAt)
{
    public static ChildJob Of(ResourceSnapshot snapshot)
    {
        var job = JobFacts.Of(snapshot);
        return new(
            snapshot, job.Finished?.Type, job.StartTime ?? job.View.At("metadata", "creationTimestamp").Time() ?? DateTimeOffset.UnixEpoch,
            job.Status.At("completionTime").Time());
    }
}
