using Crescent.Grains.Reconciling;

namespace Crescent.Grains.Workloads.ReplicaSets;

/// <summary>Keeps the pods of one ReplicaSet; keyed by the set's <c>ResourceKey</c>.</summary>
[GrainType(TypeName)]
internal sealed class ReplicaSetReconcilerGrain(ReplicaSetReconciler reconciler, ReconcilerRuntime runtime)
    : ReconcilerGrain(reconciler, runtime)
{
    public const string TypeName = "replicaset-reconciler";
}
