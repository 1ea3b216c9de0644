using Crescent.Grains.Reconciling;

namespace Crescent.Grains.Identity;

/// <summary>Keeps what every namespace has; keyed by the namespace's <c>ResourceKey</c>.</summary>
[GrainType(TypeName)]
internal sealed class NamespaceDefaultsReconcilerGrain(NamespaceDefaultsReconciler reconciler, ReconcilerRuntime runtime)
    : ReconcilerGrain(reconciler, runtime)
{
    public const string TypeName = "namespace-defaults-reconciler";
}
