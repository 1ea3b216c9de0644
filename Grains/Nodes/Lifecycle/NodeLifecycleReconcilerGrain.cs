using Crescent.Grains.Reconciling;

namespace Crescent.Grains.Nodes.Lifecycle;

/// <summary>Watches over one node and the pods bound to it; keyed by the node's <c>ResourceKey</c>, also when there is no such node.</summary>
[GrainType(TypeName)]
internal sealed class NodeLifecycleReconcilerGrain(NodeLifecycleReconciler reconciler, ReconcilerRuntime runtime)
    : ReconcilerGrain(reconciler, runtime)
{
    public const string TypeName = "node-lifecycle-reconciler";
}
