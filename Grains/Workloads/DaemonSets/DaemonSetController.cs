using Crescent.Grains.Reconciling;
using Crescent.Identity;
using Crescent.Resources;
using Crescent.Watching;

namespace Crescent.Grains.Workloads.DaemonSets;

/// <summary>Beside its pods, what a DaemonSet looks at in nodes: their labels, taints, and whether they are there.</summary>
internal sealed class DaemonSetController(IResourceCaches caches)
    : PodWorkloadController(caches, DaemonSetReconcilerGrain.TypeName, KnownTypes.DaemonSets, "DaemonSet")
{
    protected override void RouteOther(ResourceChange change, NudgeBatch nudges)
    {
        base.RouteOther(change, nudges);
        if (change.Current.Key.Type != KnownTypes.Nodes || (change.Kind == ResourceEventKind.Modified && !Matters(change)))
        {
            return;
        }

        foreach (var set in Caches.Get(KnownTypes.DaemonSets).Current.Enumerate())
        {
            nudges.Add(GrainType, set.Key, change);
        }
    }

    private static bool Matters(ResourceChange change) =>
        change.Previous is not { } previous || !ReferenceEquals(previous.Labels, change.Current.Labels) || Spec(previous) != Spec(change.Current);

    private static string Spec(ResourceSnapshot node) => node.View().At("spec") is var spec && spec.Exists() ? spec.GetRawText() : "";
}
