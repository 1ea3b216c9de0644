using Crescent.Grains.Reconciling;

namespace Crescent.Grains.Disruption;

/// <summary>Keeps the status of one PodDisruptionBudget; keyed by its <c>ResourceKey</c>.</summary>
[GrainType(TypeName)]
internal sealed class DisruptionReconcilerGrain(DisruptionReconciler reconciler, ReconcilerRuntime runtime) : ReconcilerGrain(reconciler, runtime)
{
    public const string TypeName = "disruption-reconciler";
}
