using Crescent.Grains.Reconciling;
using Crescent.Identity;
using Crescent.Watching;

namespace Crescent.Grains.Certificates;

/// <summary>Every request, whenever it is touched.</summary>
internal sealed class CertificateController(IResourceCaches caches) : IController
{
    public GrainType GrainType { get; } = GrainType.Create(CertificateReconcilerGrain.TypeName);

    public void Route(ResourceChange change, NudgeBatch nudges)
    {
        if (change.Current.Key.Type == KnownTypes.CertificateSigningRequests && change.Kind != ResourceEventKind.Deleted)
        {
            nudges.Add(GrainType, change.Current.Key, change);
        }
    }

    public async ValueTask SweepAsync(NudgeBatch nudges, CancellationToken cancellationToken)
    {
        foreach (var request in (await caches.Get(KnownTypes.CertificateSigningRequests).GetConsistentAsync(cancellationToken)).Enumerate())
        {
            nudges.Add(GrainType, request.Key);
        }
    }
}
