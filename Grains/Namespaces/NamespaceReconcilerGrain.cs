using Crescent.Grains.Reconciling;

namespace Crescent.Grains.Namespaces;

/// <summary>Empties and finalizes one namespace that is being deleted; keyed by its <c>ResourceKey</c>.</summary>
[GrainType(TypeName)]
internal sealed class NamespaceReconcilerGrain(NamespaceReconciler reconciler, ReconcilerRuntime runtime) : ReconcilerGrain(reconciler, runtime)
{
    public const string TypeName = "namespace-reconciler";
}
