using Crescent.Grains.Reconciling;

namespace Crescent.Grains.Workloads.Deployments;

/// <summary>Rolls one Deployment out; keyed by its <c>ResourceKey</c>.</summary>
[GrainType(TypeName)]
internal sealed class DeploymentReconcilerGrain(DeploymentReconciler reconciler, ReconcilerRuntime runtime)
    : ReconcilerGrain(reconciler, runtime)
{
    public const string TypeName = "deployment-reconciler";
}
