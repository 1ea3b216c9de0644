using Crescent.Grains.Ownership;
using Crescent.Grains.Reconciling;
using Crescent.Identity;
using Crescent.Watching;

namespace Crescent.Grains.Batch.CronJobs;

/// <summary>A CronJob looks again when it or one of its Jobs changes; the clock wakes it by itself.</summary>
internal sealed class CronJobController(IResourceCaches caches)
    : KindController(caches, CronJobReconcilerGrain.TypeName, KnownTypes.CronJobs)
{
    protected override void RouteOther(ResourceChange change, NudgeBatch nudges)
    {
        var key = change.Current.Key;
        if (key.Type == KnownTypes.Jobs && change.Current.ControllerUid is { } uid
            && OwnerReferences.Find(change, uid) is { Kind: "CronJob" } owner)
        {
            nudges.Add(GrainType, new ResourceKey(KnownTypes.CronJobs, key.Namespace, owner.Name), change);
        }
    }
}
