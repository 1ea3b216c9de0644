using System.Text.Json;
using Crescent.Grains.Reconciling;
using Crescent.Resources;

namespace Crescent.Grains.Workloads.Deployments;

/// <summary>A ReplicaSet as one revision of a Deployment, with the size and annotations the plan gives it.</summary>
internal sealed class RevisionFacts
{
    public required ResourceSnapshot Snapshot { get; init; }
    public required int SpecReplicas { get; init; }
    public required int StatusReplicas { get; init; }
    public required int Ready { get; init; }
    public required int Available { get; init; }
    public required bool IsObserved { get; init; }
    public required int MinReadySeconds { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required IReadOnlyDictionary<string, string> Annotations { get; init; }
    public required string CanonicalTemplate { get; init; }

    /// <summary>The ReplicaFailure condition, undefined when there is none.</summary>
    public required JsonElement Failure { get; init; }

    /// <summary>Planned size; starts as the present one.</summary>
    public int Replicas { get; set; }

    /// <summary>Planned minReadySeconds.</summary>
    public int NewMinReadySeconds { get; set; }

    /// <summary>Annotations to change.</summary>
    public Dictionary<string, string> AnnotationChanges { get; } = new(StringComparer.Ordinal);

    public string Name => Snapshot.Key.Name;

    public bool IsDeleting => Snapshot.DeletionTimestamp is not null;

    public long Revision => DeploymentAnnotations.RevisionOf(Annotations);

    public bool IsChanged => Replicas != SpecReplicas || NewMinReadySeconds != MinReadySeconds || AnnotationChanges.Count > 0;

    public static RevisionFacts Of(ResourceSnapshot snapshot)
    {
        var view = snapshot.View();
        var status = view.At("status");
        var replicas = view.At("spec", "replicas").Int() ?? 1;
        var minReady = view.At("spec", "minReadySeconds").Int() ?? 0;
        return new()
        {
            Snapshot = snapshot,
            SpecReplicas = replicas,
            Replicas = replicas,
            StatusReplicas = status.At("replicas").Int() ?? 0,
            Ready = status.At("readyReplicas").Int() ?? 0,
            Available = status.At("availableReplicas").Int() ?? 0,
            IsObserved = (status.At("observedGeneration").Long() ?? 0) >= (view.At("metadata", "generation").Long() ?? 0),
            MinReadySeconds = minReady,
            NewMinReadySeconds = minReady,
            CreatedAt = view.At("metadata", "creationTimestamp").Time() ?? DateTimeOffset.UnixEpoch,
            Annotations = view.At("metadata", "annotations").TextMap(),
            CanonicalTemplate = PodTemplateHash.Canonical(view.At("spec", "template")),
            Failure = status.At("conditions").Condition("ReplicaFailure"),
        };
    }

    /// <summary>Sets an annotation unless it already stands so.</summary>
    public void Annotate(string name, string value)
    {
        if (!Annotations.TryGetValue(name, out var present) || present != value)
        {
            AnnotationChanges[name] = value;
        }
    }
}
