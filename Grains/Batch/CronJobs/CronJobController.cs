using Crescent.Grains.Ownership;
using Crescent.Grains.Reconciling;
using Crescent.Identity;
using Crescent.Watching;

namespace Crescent.Grains.Batch.CronJobs;

/// <summary>A CronJob looks again when it or one of its Jobs changes; the clock wakes it by itself.</summary>
internal sealed class CronJobController(IResourceCaches caches) : IController
{
    public GrainType GrainType { get; } = GrainType.Create(CronJobReconcilerGrain.TypeName);

    public void Route(ResourceChange change, NudgeBatch nudges)
    {
        var key = change.Current.Key;
        if (key.Type == KnownTypes.CronJobs && change.Kind != ResourceEventKind.Deleted)
        {
            nudges.Add(GrainType, key, change);
        }
        else if (key.Type == KnownTypes.Jobs && change.Current.ControllerUid is { } uid
            && OwnerReferences.Find(change, uid) is { Kind: "CronJob" } owner)
        {
            nudges.Add(GrainType, new ResourceKey(KnownTypes.CronJobs, key.Namespace, owner.Name), change);
        }
    }

    public async ValueTask SweepAsync(NudgeBatch nudges, CancellationToken cancellationToken)
    {
        foreach (var job in (await caches.Get(KnownTypes.CronJobs).GetConsistentAsync(cancellationToken)).Enumerate())
        {
            nudges.Add(GrainType, job.Key);
        }
    }
}
