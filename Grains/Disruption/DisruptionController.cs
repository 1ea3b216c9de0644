using Crescent.Grains.Reconciling;
using Crescent.Grains.Workloads;
using Crescent.Identity;
using Crescent.Resources;
using Crescent.Watching;

namespace Crescent.Grains.Disruption;

/// <summary>A budget looks again when it or a pod it covers changes.</summary>
internal sealed class DisruptionController(IResourceCaches caches)
    : KindController(caches, DisruptionReconcilerGrain.TypeName, KnownTypes.PodDisruptionBudgets)
{
    protected override void RouteOther(ResourceChange change, NudgeBatch nudges)
    {
        var key = change.Current.Key;
        if (key.Type == KnownTypes.Pods)
        {
            foreach (var budget in Caches.Get(KnownTypes.PodDisruptionBudgets).Current.Enumerate(key.Namespace))
            {
                if (Covers(budget, change.Current) || (change.Previous is { } previous && Covers(budget, previous)))
                {
                    nudges.Add(GrainType, budget.Key, change);
                }
            }
        }
    }

    private static bool Covers(ResourceSnapshot budget, ResourceSnapshot pod) => Selectors.Of(budget)?.Matches(pod.Labels) ?? false;
}
