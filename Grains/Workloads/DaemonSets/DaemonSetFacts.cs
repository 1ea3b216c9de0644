using System.Text.Json;
using Crescent.Grains.Reconciling;
using Crescent.Resources;

namespace Crescent.Grains.Workloads.DaemonSets;

/// <summary>A DaemonSet as its planner reads it.</summary>
internal sealed class DaemonSetFacts
{
    public required ResourceSnapshot Snapshot { get; init; }
    public required JsonElement View { get; init; }
    public required LabelSelector? Selector { get; init; }
    public required TimeSpan MinReady { get; init; }
    public required long Generation { get; init; }
    public required bool IsRolling { get; init; }
    public required int HistoryLimit { get; init; }
    public required DaemonPlacement Placement { get; init; }

    public JsonElement Template => View.At("spec", "template");

    public JsonElement RollingUpdate => View.At("spec", "updateStrategy", "rollingUpdate");

    public bool IsDeleting => Snapshot.DeletionTimestamp is not null;

    public OwnerIdentity Identity => new("apps/v1", "DaemonSet", Snapshot.Key.Namespace, Snapshot.Key.Name, Snapshot.Uid);

    public static DaemonSetFacts Of(ResourceSnapshot snapshot)
    {
        var view = snapshot.View();
        var spec = view.At("spec");
        return new()
        {
            Snapshot = snapshot,
            View = view,
            Selector = Selectors.Of(snapshot),
            MinReady = TimeSpan.FromSeconds(spec.At("minReadySeconds").Int() ?? 0),
            Generation = view.At("metadata", "generation").Long() ?? 0,
            IsRolling = !spec.At("updateStrategy", "type").ValueEqualsText("OnDelete"),
            HistoryLimit = spec.At("revisionHistoryLimit").Int() ?? 10,
            Placement = DaemonPlacement.Of(spec.At("template", "spec")),
        };
    }
}
