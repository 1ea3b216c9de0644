using System.Globalization;
using System.Text.Json;
using Crescent.Grains.Reconciling;
using Crescent.Grains.Workloads;
using Crescent.Resources;

namespace Crescent.Grains.Batch.Jobs;

/// <summary>A pod of a Job.</summary>
internal sealed record JobPod
{
    /// <summary>Keeps a finished pod until it is counted.</summary>
    public const string Finalizer = "batch.kubernetes.io/job-tracking";

    /// <summary>How often the index has failed before this pod.</summary>
    public const string FailuresAnnotation = "batch.kubernetes.io/job-index-failure-count";

    public const string IndexAnnotation = "batch.kubernetes.io/job-completion-index";

    public required PodFacts Facts { get; init; }

    public required JsonElement View { get; init; }

    public bool IsTracked { get; init; }

    /// <summary>Null outside of Indexed jobs.</summary>
    public int? Index { get; init; }

    public int EarlierFailures { get; init; }

    /// <summary>Restarts of all containers.</summary>
    public int Restarts { get; init; }

    public DateTimeOffset FinishedAt { get; init; }

    public string Uid => Facts.Snapshot.Uid;

    public bool IsSucceeded => Facts.Phase == "Succeeded";

    /// <summary>Failed, or deleted before it came to an end.</summary>
    public bool IsFailed => Facts.Phase == "Failed" || (Facts.IsDeleting && !IsSucceeded && IsGone);

    /// <summary>Marked for deletion with no time left: only finalizers hold it.</summary>
    private bool IsGone => (View.At("metadata", "deletionGracePeriodSeconds").Long() ?? 0) == 0;

    public static JobPod Of(ResourceSnapshot snapshot)
    {
        var view = snapshot.View();
        var facts = PodFacts.Of(snapshot);
        return new()
        {
            Facts = facts,
            View = view,
            IsTracked = view.At("metadata", "finalizers").Items().Any(static finalizer => finalizer.ValueEqualsText(Finalizer)),
            Index = int.TryParse(
                view.At("metadata", "annotations", IndexAnnotation).Text(), NumberStyles.None, CultureInfo.InvariantCulture, out var index)
                ? index
                : null,
            EarlierFailures = int.TryParse(
                view.At("metadata", "annotations", FailuresAnnotation).Text(), NumberStyles.None, CultureInfo.InvariantCulture, out var failures)
                ? failures
                : 0,
            Restarts = view.At("status", "containerStatuses").Items().Concat(view.At("status", "initContainerStatuses").Items())
                .Sum(static container => container.At("restartCount").Int() ?? 0),
            FinishedAt = Finish(view) ?? snapshot.DeletionTimestamp ?? facts.CreatedAt,
        };
    }

    private static DateTimeOffset? Finish(JsonElement view) => view.At("status", "containerStatuses").Items()
        .Select(static container => container.At("state", "terminated", "finishedAt").Time()).Where(static time => time is not null).Max();
}
