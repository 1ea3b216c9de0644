using Crescent.Grains.Reconciling;

namespace Crescent.Grains.Volumes;

/// <summary>Binds one claim, or keeps the phase of one volume; keyed by its <c>ResourceKey</c>.</summary>
[GrainType(TypeName)]
internal sealed class VolumeReconcilerGrain(VolumeReconciler reconciler, ReconcilerRuntime runtime) : ReconcilerGrain(reconciler, runtime)
{
    public const string TypeName = "volume-reconciler";
}
