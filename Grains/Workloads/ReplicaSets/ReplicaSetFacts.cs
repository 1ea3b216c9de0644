using System.Text.Json;
using Crescent.Grains.Reconciling;
using Crescent.Resources;

namespace Crescent.Grains.Workloads.ReplicaSets;

/// <summary>A ReplicaSet as its planner reads it.</summary>
internal sealed class ReplicaSetFacts
{
    public required ResourceSnapshot Snapshot { get; init; }
    public required int Replicas { get; init; }

    /// <summary>Null when the object has none; then nothing is selected.</summary>
    public required LabelSelector? Selector { get; init; }

    public required TimeSpan MinReady { get; init; }
    public required long Generation { get; init; }
    public required IReadOnlyDictionary<string, string> TemplateLabels { get; init; }

    /// <summary>The whole object.</summary>
    public required JsonElement View { get; init; }

    public JsonElement Status => View.At("status");

    public bool IsDeleting => Snapshot.DeletionTimestamp is not null;

    public static ReplicaSetFacts Of(ResourceSnapshot snapshot)
    {
        var view = snapshot.View();
        var spec = view.At("spec");
        return new()
        {
            Snapshot = snapshot,
            View = view,
            Replicas = spec.At("replicas").Int() ?? 1,
            Selector = Selectors.Of(snapshot),
            MinReady = TimeSpan.FromSeconds(spec.At("minReadySeconds").Int() ?? 0),
            Generation = view.At("metadata", "generation").Long() ?? 0,
            TemplateLabels = spec.At("template", "metadata", "labels").TextMap(),
        };
    }
}
