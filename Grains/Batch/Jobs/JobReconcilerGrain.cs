using Crescent.Grains.Reconciling;

namespace Crescent.Grains.Batch.Jobs;

/// <summary>Runs the pods of one Job; keyed by the job's <c>ResourceKey</c>.</summary>
[GrainType(TypeName)]
internal sealed class JobReconcilerGrain(JobReconciler reconciler, ReconcilerRuntime runtime) : ReconcilerGrain(reconciler, runtime)
{
    public const string TypeName = "job-reconciler";
}
