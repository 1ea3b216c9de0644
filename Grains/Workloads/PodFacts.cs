using System.Text.Json;
using Crescent.Grains.Reconciling;
using Crescent.Resources;

namespace Crescent.Grains.Workloads;

/// <summary>What workload controllers look at in a pod.</summary>
internal sealed class PodFacts
{
    public required ResourceSnapshot Snapshot { get; init; }

    /// <summary>Pending, Running, Succeeded, Failed or Unknown.</summary>
    public string Phase { get; init; } = "Pending";

    /// <summary>Empty while unbound.</summary>
    public string NodeName { get; init; } = "";

    public bool IsReady { get; init; }

    /// <summary>Last transition of the Ready condition, when ready.</summary>
    public DateTimeOffset? ReadySince { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Most restarts of one container.</summary>
    public int Restarts { get; init; }

    /// <summary>Annotation <c>controller.kubernetes.io/pod-deletion-cost</c>.</summary>
    public int DeletionCost { get; init; }

    public bool IsDeleting => Snapshot.DeletionTimestamp is not null;

    public bool IsFinished => Phase is "Succeeded" or "Failed";

    /// <summary>Counts as a replica.</summary>
    public bool IsActive => !IsFinished && !IsDeleting;

    /// <summary>Ready for at least <paramref name="minReady"/>.</summary>
    public bool IsAvailable(TimeSpan minReady, DateTimeOffset now) =>
        IsReady && (minReady == TimeSpan.Zero || (ReadySince is { } since && since + minReady <= now));

    public static PodFacts Of(ResourceSnapshot snapshot)
    {
        using var document = JsonDocument.Parse(snapshot.Body);
        var pod = document.RootElement;
        var status = pod.At("status");
        var ready = status.At("conditions").Condition("Ready");
        var isReady = ready.At("status").ValueEqualsText("True");
        return new()
        {
            Snapshot = snapshot,
            Phase = status.At("phase").Text() ?? "Pending",
            NodeName = pod.At("spec", "nodeName").Text() ?? "",
            IsReady = isReady,
            ReadySince = isReady ? ready.At("lastTransitionTime").Time() : null,
            CreatedAt = pod.At("metadata", "creationTimestamp").Time() ?? DateTimeOffset.UnixEpoch,
            Restarts = MostRestarts(status.At("containerStatuses")),
            DeletionCost = Cost(pod.At("metadata", "annotations")),
        };
    }

    private static int MostRestarts(JsonElement statuses)
    {
        var most = 0;
        foreach (var container in statuses.Items())
        {
            most = Math.Max(most, container.At("restartCount").Int() ?? 0);
        }

        return most;
    }

    private static int Cost(JsonElement annotations) =>
        int.TryParse(annotations.At("controller.kubernetes.io/pod-deletion-cost").Text(), out var cost) ? cost : 0;
}
