using Crescent.Grains.Reconciling;

namespace Crescent.Grains.Quotas;

/// <summary>Keeps the status of one ResourceQuota; keyed by its <c>ResourceKey</c>.</summary>
[GrainType(TypeName)]
internal sealed class QuotaStatusReconcilerGrain(QuotaStatusReconciler reconciler, ReconcilerRuntime runtime) : ReconcilerGrain(reconciler, runtime)
{
    public const string TypeName = "quota-status-reconciler";
}
