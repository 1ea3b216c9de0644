using Crescent.Grains.Reconciling;

namespace Crescent.Grains.Networking;

/// <summary>Keeps Endpoints and EndpointSlices of one Service; keyed by the Service's <c>ResourceKey</c>.</summary>
[GrainType(TypeName)]
internal sealed class EndpointsReconcilerGrain(EndpointsReconciler reconciler, ReconcilerRuntime runtime) : ReconcilerGrain(reconciler, runtime)
{
    public const string TypeName = "endpoints-reconciler";
}
