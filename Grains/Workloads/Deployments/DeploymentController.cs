using Crescent.Grains.Ownership;
using Crescent.Grains.Reconciling;
using Crescent.Identity;
using Crescent.Watching;

namespace Crescent.Grains.Workloads.Deployments;

/// <summary>
/// A Deployment looks again when it or one of its ReplicaSets changes, when a ReplicaSet appears that it could adopt, and when a pod ends:
/// Recreate waits for the last old one.
/// </summary>
internal sealed class DeploymentController(IResourceCaches caches)
    : KindController(caches, DeploymentReconcilerGrain.TypeName, KnownTypes.Deployments)
{
    protected override void RouteOther(ResourceChange change, NudgeBatch nudges)
    {
        var type = change.Current.Key.Type;
        if (type == KnownTypes.ReplicaSets)
        {
            NudgeOwner(change, change.Current.ControllerUid, change, nudges);
            if (change.Previous is { } previous && previous.ControllerUid != change.Current.ControllerUid)
            {
                NudgeOwner(change, previous.ControllerUid, change, nudges);
            }

            NudgeAdopters(change, nudges);
        }
        else if (type == KnownTypes.Pods && change.Kind == ResourceEventKind.Deleted && change.Current.ControllerUid is { } setUid
            && OwnerReferences.Find(change, setUid) is { Kind: "ReplicaSet" } set
            && Caches.Get(KnownTypes.ReplicaSets).Current.TryGet(change.Current.Key.Namespace, set.Name, out var snapshot))
        {
            NudgeOwner(new(ResourceEventKind.Modified, snapshot, null), snapshot.ControllerUid, change, nudges);
        }
    }

    private void NudgeOwner(ResourceChange set, string? uid, ResourceChange cause, NudgeBatch nudges)
    {
        if (uid is not null && OwnerReferences.Find(set, uid) is { Kind: "Deployment" } owner)
        {
            nudges.Add(GrainType, new ResourceKey(KnownTypes.Deployments, set.Current.Key.Namespace, owner.Name), cause);
        }
    }

    private void NudgeAdopters(ResourceChange change, NudgeBatch nudges)
    {
        if (change.Current.ControllerUid is not null || change.Kind == ResourceEventKind.Deleted)
        {
            return;
        }

        foreach (var deployment in Caches.Get(KnownTypes.Deployments).Current.Enumerate(change.Current.Key.Namespace))
        {
            if (Selectors.Of(deployment)?.Matches(change.Current.Labels) ?? false)
            {
                nudges.Add(GrainType, deployment.Key, change);
            }
        }
    }
}
