using System.Text.Json;
using Crescent.Grains.Reconciling;
using Crescent.Grains.Workloads.Deployments;
using Crescent.Resources;

namespace Crescent.Grains.Workloads.StatefulSets;

/// <summary>A StatefulSet as its planner reads it.</summary>
internal sealed class StatefulSetFacts
{
    public required ResourceSnapshot Snapshot { get; init; }
    public required JsonElement View { get; init; }
    public required LabelSelector? Selector { get; init; }
    public required int Replicas { get; init; }

    /// <summary>Ordinal of the first pod.</summary>
    public required int Start { get; init; }

    /// <summary>Pods come and go one after the other; else all at once.</summary>
    public required bool IsOrdered { get; init; }

    public required bool IsRolling { get; init; }

    /// <summary>Pods with an ordinal below keep the old template.</summary>
    public required int Partition { get; init; }

    /// <summary>Members that a rollout may have down at once; null: one, and only while all above it are healthy.</summary>
    public required int? MaxUnavailable { get; init; }

    public required ClaimRetention Retention { get; init; }

    public required TimeSpan MinReady { get; init; }
    public required long Generation { get; init; }
    public required int HistoryLimit { get; init; }

    public string Name => Snapshot.Key.Name;

    public JsonElement Template => View.At("spec", "template");

    public JsonElement Status => View.At("status");

    public string CurrentRevision => Status.At("currentRevision").Text() ?? "";

    public bool IsDeleting => Snapshot.DeletionTimestamp is not null;

    public OwnerIdentity Identity => new("apps/v1", "StatefulSet", Snapshot.Key.Namespace, Name, Snapshot.Uid);

    public static StatefulSetFacts Of(ResourceSnapshot snapshot)
    {
        var view = snapshot.View();
        var spec = view.At("spec");
        return new()
        {
            Snapshot = snapshot,
            View = view,
            Selector = Selectors.Of(snapshot),
            Replicas = spec.At("replicas").Int() ?? 1,
            Start = spec.At("ordinals", "start").Int() ?? 0,
            IsOrdered = !spec.At("podManagementPolicy").ValueEqualsText("Parallel"),
            IsRolling = !spec.At("updateStrategy", "type").ValueEqualsText("OnDelete"),
            Partition = spec.At("updateStrategy", "rollingUpdate", "partition").Int() ?? 0,
            MaxUnavailable = RollingBounds.OfMembers(spec.At("updateStrategy", "rollingUpdate"), spec.At("replicas").Int() ?? 1),
            Retention = ClaimRetention.Of(spec),
            MinReady = TimeSpan.FromSeconds(spec.At("minReadySeconds").Int() ?? 0),
            Generation = view.At("metadata", "generation").Long() ?? 0,
            HistoryLimit = spec.At("revisionHistoryLimit").Int() ?? 10,
        };
    }
}
