using Crescent.Grains.Reconciling;

namespace Crescent.Grains.Bootstrap;

/// <summary>Keeps the objects a cluster is born with; one activation for the whole cluster.</summary>
[GrainType(TypeName)]
internal sealed class BootstrapReconcilerGrain(BootstrapReconciler reconciler, ReconcilerRuntime runtime) : ReconcilerGrain(reconciler, runtime)
{
    public const string TypeName = "bootstrap-reconciler";
}
