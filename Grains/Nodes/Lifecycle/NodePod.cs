using System.Collections.Immutable;
using System.Text.Json;
using Crescent.Grains.Reconciling;
using Crescent.Resources;

namespace Crescent.Grains.Nodes.Lifecycle;

/// <summary>A pod on a node as the node's life cycle reads it.</summary>
internal sealed class NodePod
{
    public required ResourceSnapshot Snapshot { get; init; }
    public required ImmutableArray<Toleration> Tolerations { get; init; }
    public required bool IsReady { get; init; }
    public required bool IsFinished { get; init; }

    /// <summary>Shown as not ready only because its node was lost.</summary>
    public bool IsMarkedNotReady { get; init; }

    public bool IsDeleting => Snapshot.DeletionTimestamp is not null;

    public static NodePod Of(ResourceSnapshot snapshot)
    {
        using var document = JsonDocument.Parse(snapshot.Body);
        var pod = document.RootElement;
        var ready = pod.At("status", "conditions").Condition("Ready");
        return new()
        {
            Snapshot = snapshot,
            Tolerations = [.. pod.At("spec", "tolerations").Items().Select(Toleration.Of)],
            IsReady = ready.At("status").ValueEqualsText("True"),
            IsMarkedNotReady = ready.At("status").ValueEqualsText("False") && ready.At("reason").ValueEqualsText(PodStatusPatch.NodeNotReady),
            IsFinished = pod.At("status", "phase").Text() is "Succeeded" or "Failed",
        };
    }
}
