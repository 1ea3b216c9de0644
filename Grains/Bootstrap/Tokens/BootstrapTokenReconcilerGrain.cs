using Crescent.Grains.Reconciling;

namespace Crescent.Grains.Bootstrap.Tokens;

/// <summary>Cleans bootstrap tokens and signs <c>cluster-info</c>; one activation for the whole cluster.</summary>
[GrainType(TypeName)]
internal sealed class BootstrapTokenReconcilerGrain(BootstrapTokenReconciler reconciler, ReconcilerRuntime runtime) : ReconcilerGrain(reconciler, runtime)
{
    public const string TypeName = "bootstrap-token-reconciler";
}
