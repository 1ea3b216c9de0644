using System.Text.Json;
using Crescent.Grains.Reconciling;
using Crescent.Grains.Workloads;
using Crescent.Resources;

namespace Crescent.Grains.Batch.Jobs;

/// <summary>A Job as its planner reads it.</summary>
internal sealed class JobFacts
{
    public required ResourceSnapshot Snapshot { get; init; }
    public required JsonElement View { get; init; }
    public required LabelSelector? Selector { get; init; }

    /// <summary>Null: one success ends the job, and no further pods are started then.</summary>
    public required int? Completions { get; init; }

    public required int Parallelism { get; init; }
    public required bool IsIndexed { get; init; }
    public required bool IsSuspended { get; init; }
    public required int BackoffLimit { get; init; }
    public required TimeSpan? Deadline { get; init; }

    /// <summary>How long a finished job stays; null: for ever.</summary>
    public required TimeSpan? TimeToLive { get; init; }

    public required bool RestartsInPlace { get; init; }

    /// <summary>A pod that is going away is only replaced when it has failed.</summary>
    public required bool ReplacesOnlyFailed { get; init; }

    public required FailurePolicy Policy { get; init; }

    public required SuccessPolicy Success { get; init; }

    /// <summary>Failures an index may have; null: they are only limited for the job as a whole.</summary>
    public required int? BackoffLimitPerIndex { get; init; }

    /// <summary>Failed indexes the job may have; null: any number.</summary>
    public required int? MaxFailedIndexes { get; init; }

    public JsonElement Status => View.At("status");

    public JsonElement Template => View.At("spec", "template");

    public bool IsDeleting => Snapshot.DeletionTimestamp is not null;

    public DateTimeOffset? StartTime => Status.At("startTime").Time();

    public OwnerIdentity Identity => new("batch/v1", "Job", Snapshot.Key.Namespace, Snapshot.Key.Name, Snapshot.Uid);

    /// <summary>Another controller runs this job.</summary>
    public bool IsManagedElsewhere => View.At("spec", "managedBy").Text() is { Length: > 0 } manager && manager != "kubernetes.io/job-controller";

    /// <summary>Complete or Failed; when it became so.</summary>
    public (string Type, DateTimeOffset At)? Finished
    {
        get
        {
            foreach (var type in (ReadOnlySpan<string>)["Complete", "Failed"])
            {
                var condition = Status.At("conditions").Condition(type);
                if (condition.At("status").ValueEqualsText("True"))
                {
                    return (type, condition.At("lastTransitionTime").Time() ?? DateTimeOffset.UnixEpoch);
                }
            }

            return null;
        }
    }

    public static JobFacts Of(ResourceSnapshot snapshot)
    {
        var view = snapshot.View();
        var spec = view.At("spec");
        return new()
        {
            Snapshot = snapshot,
            View = view,
            Selector = Selectors.Of(snapshot),
            Completions = spec.At("completions").Int(),
            Parallelism = spec.At("parallelism").Int() ?? 1,
            IsIndexed = spec.At("completionMode").ValueEqualsText("Indexed"),
            IsSuspended = spec.At("suspend").IsTrue(),
            BackoffLimit = spec.At("backoffLimit").Int() ?? 6,
            Deadline = Seconds(spec.At("activeDeadlineSeconds")),
            TimeToLive = Seconds(spec.At("ttlSecondsAfterFinished")),
            RestartsInPlace = spec.At("template", "spec", "restartPolicy").ValueEqualsText("OnFailure"),
            ReplacesOnlyFailed = spec.At("podReplacementPolicy").ValueEqualsText("Failed"),
            Policy = FailurePolicy.Of(spec.At("podFailurePolicy")),
            Success = SuccessPolicy.Of(spec.At("successPolicy")),
            BackoffLimitPerIndex = spec.At("backoffLimitPerIndex").Int(),
            MaxFailedIndexes = spec.At("maxFailedIndexes").Int(),
        };
    }

    private static TimeSpan? Seconds(JsonElement value) => value.Long() is { } seconds ? TimeSpan.FromSeconds(seconds) : null;
}
