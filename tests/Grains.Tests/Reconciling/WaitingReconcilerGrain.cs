using Crescent.Grains.Reconciling;

namespace Crescent.Grains.Tests.Reconciling;

[GrainType(Type)]
internal sealed class WaitingReconcilerGrain(WaitingReconciler reconciler, ReconcilerRuntime runtime) : ReconcilerGrain(reconciler, runtime)
{
    public const string Type = "tests-waiting-reconciler";
}
