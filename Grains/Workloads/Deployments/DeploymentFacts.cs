using System.Text.Json;
using Crescent.Grains.Reconciling;
using Crescent.Resources;

namespace Crescent.Grains.Workloads.Deployments;

/// <summary>A Deployment as its planner reads it.</summary>
internal sealed class DeploymentFacts
{
    public required ResourceSnapshot Snapshot { get; init; }
    public required JsonElement View { get; init; }
    public required int Replicas { get; init; }
    public required LabelSelector? Selector { get; init; }
    public required RollingBounds Bounds { get; init; }
    public required bool IsRecreate { get; init; }
    public required bool IsPaused { get; init; }
    public required long Generation { get; init; }
    public required int MinReadySeconds { get; init; }
    public required int RevisionHistoryLimit { get; init; }

    /// <summary>Null: progress is not watched.</summary>
    public required TimeSpan? ProgressDeadline { get; init; }
    public required IReadOnlyDictionary<string, string> Annotations { get; init; }
    public required string CanonicalTemplate { get; init; }
    public required int CollisionCount { get; init; }

    public string Name => Snapshot.Key.Name;

    public JsonElement Template => View.At("spec", "template");

    public JsonElement Status => View.At("status");

    public bool IsDeleting => Snapshot.DeletionTimestamp is not null;

    /// <summary>Pods there may be at a time: replicas and surge.</summary>
    public int MaxPods => Replicas + Surge;

    public int Surge => IsRecreate ? 0 : Bounds.MaxSurge;

    /// <summary>Recreate tolerates no gap once pods have been up: its minimum is all replicas.</summary>
    public int MaxUnavailable => IsRecreate || Replicas == 0 ? 0 : Bounds.MaxUnavailable;

    public static DeploymentFacts Of(ResourceSnapshot snapshot)
    {
        var view = snapshot.View();
        var spec = view.At("spec");
        var replicas = spec.At("replicas").Int() ?? 1;
        var deadline = spec.At("progressDeadlineSeconds").Int() ?? 600;
        return new()
        {
            Snapshot = snapshot,
            View = view,
            Replicas = replicas,
            Selector = LabelSelector.Parse(spec.At("selector")),
            Bounds = RollingBounds.Of(spec.At("strategy", "rollingUpdate"), replicas),
            IsRecreate = spec.At("strategy", "type").ValueEqualsText("Recreate"),
            IsPaused = spec.At("paused").IsTrue(),
            Generation = view.At("metadata", "generation").Long() ?? 0,
            MinReadySeconds = spec.At("minReadySeconds").Int() ?? 0,
            RevisionHistoryLimit = spec.At("revisionHistoryLimit").Int() ?? 10,
            ProgressDeadline = deadline == int.MaxValue ? null : TimeSpan.FromSeconds(deadline),
            Annotations = view.At("metadata", "annotations").TextMap(),
            CanonicalTemplate = PodTemplateHash.Canonical(spec.At("template")),
            CollisionCount = view.At("status", "collisionCount").Int() ?? 0,
        };
    }
}
