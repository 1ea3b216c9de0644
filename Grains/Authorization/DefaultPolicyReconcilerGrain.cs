using Crescent.Grains.Reconciling;

namespace Crescent.Grains.Authorization;

/// <summary>Keeps the default roles and bindings; one activation for the whole cluster.</summary>
[GrainType(TypeName)]
internal sealed class DefaultPolicyReconcilerGrain(DefaultPolicyReconciler reconciler, ReconcilerRuntime runtime) : ReconcilerGrain(reconciler, runtime)
{
    public const string TypeName = "rbac-default-policy-reconciler";
}
