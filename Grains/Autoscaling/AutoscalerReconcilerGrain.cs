using Crescent.Grains.Reconciling;

namespace Crescent.Grains.Autoscaling;

/// <summary>Scales the target of one HorizontalPodAutoscaler; keyed by its <c>ResourceKey</c>.</summary>
[GrainType(TypeName)]
internal sealed class AutoscalerReconcilerGrain(AutoscalerReconciler reconciler, ReconcilerRuntime runtime) : ReconcilerGrain(reconciler, runtime)
{
    public const string TypeName = "autoscaler-reconciler";
}
