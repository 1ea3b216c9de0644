using Crescent.Grains.Reconciling;

namespace Crescent.Grains.Workloads.DaemonSets;

/// <summary>Keeps the pods of one DaemonSet; keyed by the set's <c>ResourceKey</c>.</summary>
[GrainType(TypeName)]
internal sealed class DaemonSetReconcilerGrain(DaemonSetReconciler reconciler, ReconcilerRuntime runtime) : ReconcilerGrain(reconciler, runtime)
{
    public const string TypeName = "daemonset-reconciler";
}
