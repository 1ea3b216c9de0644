using Crescent.Grains.Reconciling;

namespace Crescent.Grains.Workloads.StatefulSets;

/// <summary>Keeps the pods of one StatefulSet; keyed by the set's <c>ResourceKey</c>.</summary>
[GrainType(TypeName)]
internal sealed class StatefulSetReconcilerGrain(StatefulSetReconciler reconciler, ReconcilerRuntime runtime) : ReconcilerGrain(reconciler, runtime)
{
    public const string TypeName = "statefulset-reconciler";
}
