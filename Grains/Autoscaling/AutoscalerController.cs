using Crescent.Grains.Reconciling;
using Crescent.Identity;
using Crescent.Watching;

namespace Crescent.Grains.Autoscaling;

/// <summary>An autoscaler looks at its metrics by the clock; only its own changes wake it besides.</summary>
internal sealed class AutoscalerController(IResourceCaches caches) : IController
{
    public GrainType GrainType { get; } = GrainType.Create(AutoscalerReconcilerGrain.TypeName);

    public void Route(ResourceChange change, NudgeBatch nudges)
    {
        if (change.Current.Key.Type == KnownTypes.HorizontalPodAutoscalers && change.Kind != ResourceEventKind.Deleted)
        {
            nudges.Add(GrainType, change.Current.Key, change);
        }
    }

    public async ValueTask SweepAsync(NudgeBatch nudges, CancellationToken cancellationToken)
    {
        foreach (var autoscaler in (await caches.Get(KnownTypes.HorizontalPodAutoscalers).GetConsistentAsync(cancellationToken)).Enumerate())
        {
            nudges.Add(GrainType, autoscaler.Key);
        }
    }
}
