using Crescent.Grains.Reconciling;

namespace Crescent.Grains.Workloads.ReplicaSets;

/// <summary>Keeps the pods of one ReplicationController; keyed by its <c>ResourceKey</c>.</summary>
[GrainType(TypeName)]
internal sealed class ReplicationControllerReconcilerGrain(ReplicationControllerReconciler reconciler, ReconcilerRuntime runtime)
    : ReconcilerGrain(reconciler, runtime)
{
    public const string TypeName = "replication-reconciler";
}
