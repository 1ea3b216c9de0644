using Crescent.Grains.Reconciling;

namespace Crescent.Grains.Batch.CronJobs;

/// <summary>Starts the Jobs of one CronJob; keyed by its <c>ResourceKey</c>.</summary>
[GrainType(TypeName)]
internal sealed class CronJobReconcilerGrain(CronJobReconciler reconciler, ReconcilerRuntime runtime) : ReconcilerGrain(reconciler, runtime)
{
    public const string TypeName = "cronjob-reconciler";
}
