using Crescent.Grains.Reconciling;

namespace Crescent.Grains.Certificates;

/// <summary>One per CertificateSigningRequest.</summary>
[GrainType(TypeName)]
internal sealed class CertificateReconcilerGrain(CertificateReconciler reconciler, ReconcilerRuntime runtime) : ReconcilerGrain(reconciler, runtime)
{
    public const string TypeName = "certificate-reconciler";
}
