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

    public bool IsDeleting => Snapshot.DeletionTimestamp is not null;

    public static NodePod Of(ResourceSnapshot snapshot)
    {
        using var document = JsonDocument.Parse(snapshot.Body);
        var pod = document.RootElement;
        return new()
        {
            Snapshot = snapshot,
            Tolerations = [.. pod.At("spec", "tolerations").Items().Select(Toleration.Of)],
            IsReady = pod.At("status", "conditions").Condition("Ready").At("status").ValueEqualsText("True"),
            IsFinished = pod.At("status", "phase").Text() is "Succeeded" or "Failed",
        };
    }
}
