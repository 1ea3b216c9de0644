using Crescent.Grains.Reconciling;
using Crescent.Identity;
using Crescent.Watching;

namespace Crescent.Grains.Quotas;

/// <summary>A quota looks again when it changes, and when something it may count comes, goes, or changes what it takes.</summary>
internal sealed class QuotaStatusController(IResourceCaches caches)
    : KindController(caches, QuotaStatusReconcilerGrain.TypeName, KnownTypes.ResourceQuotas)
{
    protected override void RouteOther(ResourceChange change, NudgeBatch nudges)
    {
        var key = change.Current.Key;
        if (key.Namespace.Length == 0 || key.Type == KnownTypes.Events || (change.Kind == ResourceEventKind.Modified && !Grows(key.Type)))
        {
            return;
        }

        var quotas = Caches.Get(KnownTypes.ResourceQuotas).Current;
        if (quotas.Count > 0)
        {
            foreach (var quota in quotas.Enumerate(key.Namespace))
            {
                nudges.Add(GrainType, quota.Key, change);
            }
        }
    }

    /// <summary>Kinds whose share may change while they live.</summary>
    private static bool Grows(ResourceType type) =>
        type == KnownTypes.Pods || type == KnownTypes.Services || type == KnownTypes.PersistentVolumeClaims;
}
