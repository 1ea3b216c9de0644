using Crescent.Grains.Reconciling;
using Crescent.Identity;
using Crescent.Resources;
using Crescent.Watching;

namespace Crescent.Grains.Nodes.Lifecycle;

/// <summary>
/// A node looks again when it changes, and when a pod comes to it while it is missing or has a NoExecute taint. Heartbeats do not write the
/// Node, so quiet nodes cost nothing.
/// </summary>
internal sealed class NodeLifecycleController(IResourceCaches caches) : IController
{
    public GrainType GrainType { get; } = GrainType.Create(NodeLifecycleReconcilerGrain.TypeName);

    public void Route(ResourceChange change, NudgeBatch nudges)
    {
        var key = change.Current.Key;
        if (key.Type == KnownTypes.Nodes)
        {
            nudges.Add(GrainType, key, change);
        }
        else if (key.Type == KnownTypes.Pods && change.Kind != ResourceEventKind.Deleted && NodeNameOf(change.Current) is { Length: > 0 } name
            && ConcernsNode(change, name))
        {
            nudges.Add(GrainType, new ResourceKey(KnownTypes.Nodes, "", name), change);
        }
    }

    public async ValueTask SweepAsync(NudgeBatch nudges, CancellationToken cancellationToken)
    {
        foreach (var node in (await caches.Get(KnownTypes.Nodes).GetConsistentAsync(cancellationToken)).Enumerate())
        {
            nudges.Add(GrainType, node.Key);
        }

        foreach (var pod in (await caches.Get(KnownTypes.Pods).GetConsistentAsync(cancellationToken)).Enumerate())
        {
            if (NodeNameOf(pod) is { Length: > 0 } name)
            {
                nudges.Add(GrainType, new ResourceKey(KnownTypes.Nodes, "", name));
            }
        }
    }

    private bool ConcernsNode(ResourceChange change, string name)
    {
        var isNew = change.Previous is not { } previous || NodeNameOf(previous) != name
            || (previous.DeletionTimestamp is null) != (change.Current.DeletionTimestamp is null);
        if (!caches.Get(KnownTypes.Nodes).Current.TryGet("", name, out var node))
        {
            return true;
        }

        return isNew && node.Body.AsSpan().IndexOf("\"NoExecute\""u8) >= 0;
    }

    private static string? NodeNameOf(ResourceSnapshot pod) => pod.Fields.GetValueOrDefault("spec.nodeName");
}
