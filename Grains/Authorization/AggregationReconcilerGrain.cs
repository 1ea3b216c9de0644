using Crescent.Grains.Reconciling;

namespace Crescent.Grains.Authorization;

/// <summary>Adds up aggregated ClusterRoles; one activation for the whole cluster.</summary>
[GrainType(TypeName)]
internal sealed class AggregationReconcilerGrain(AggregationReconciler reconciler, ReconcilerRuntime runtime) : ReconcilerGrain(reconciler, runtime)
{
    public const string TypeName = "clusterrole-aggregation-reconciler";
}
