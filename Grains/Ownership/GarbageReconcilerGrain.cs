using Crescent.Grains.Reconciling;

namespace Crescent.Grains.Ownership;

/// <summary>Deletes or orphans the dependents of one owner; keyed by <see cref="OwnerKey"/>.</summary>
[GrainType(TypeName)]
internal sealed class GarbageReconcilerGrain(GarbageReconciler reconciler, ReconcilerRuntime runtime) : ReconcilerGrain(reconciler, runtime)
{
    public const string TypeName = "garbage-reconciler";
}
