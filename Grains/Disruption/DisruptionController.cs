using Crescent.Grains.Reconciling;
using Crescent.Grains.Workloads;
using Crescent.Identity;
using Crescent.Resources;
using Crescent.Watching;

namespace Crescent.Grains.Disruption;

/// <summary>A budget looks again when it or a pod it covers changes.</summary>
internal sealed class DisruptionController(IResourceCaches caches) : IController
{
    public GrainType GrainType { get; } = GrainType.Create(DisruptionReconcilerGrain.TypeName);

    public void Route(ResourceChange change, NudgeBatch nudges)
    {
        var key = change.Current.Key;
        if (key.Type == KnownTypes.PodDisruptionBudgets)
        {
            if (change.Kind != ResourceEventKind.Deleted)
            {
                nudges.Add(GrainType, key, change);
            }
        }
        else if (key.Type == KnownTypes.Pods)
        {
            foreach (var budget in caches.Get(KnownTypes.PodDisruptionBudgets).Current.Enumerate(key.Namespace))
            {
                if (Covers(budget, change.Current) || (change.Previous is { } previous && Covers(budget, previous)))
                {
                    nudges.Add(GrainType, budget.Key, change);
                }
            }
        }
    }

    public async ValueTask SweepAsync(NudgeBatch nudges, CancellationToken cancellationToken)
    {
        foreach (var budget in (await caches.Get(KnownTypes.PodDisruptionBudgets).GetConsistentAsync(cancellationToken)).Enumerate())
        {
            nudges.Add(GrainType, budget.Key);
        }
    }

    private static bool Covers(ResourceSnapshot budget, ResourceSnapshot pod) => Selectors.Of(budget)?.Matches(pod.Labels) ?? false;
}
