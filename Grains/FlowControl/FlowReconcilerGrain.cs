using Crescent.Grains.Reconciling;

namespace Crescent.Grains.FlowControl;

/// <summary>Keeps the default FlowSchemas and priority levels; one activation for the whole cluster.</summary>
[GrainType(TypeName)]
internal sealed class FlowReconcilerGrain(FlowReconciler reconciler, ReconcilerRuntime runtime) : ReconcilerGrain(reconciler, runtime)
{
    public const string TypeName = "flow-reconciler";
}
