using Crescent.Grains.Reconciling;

namespace Crescent.Grains.Events;

/// <summary>Deletes old events; one activation for the whole cluster.</summary>
[GrainType(TypeName)]
internal sealed class EventPruningReconcilerGrain(EventPruningReconciler reconciler, ReconcilerRuntime runtime)
    : ReconcilerGrain(reconciler, runtime)
{
    public const string TypeName = "event-pruning-reconciler";
}
