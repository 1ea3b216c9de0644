using Crescent.Grains.Reconciling;
using Crescent.Identity;
using Crescent.Watching;

namespace Crescent.Grains.Certificates;

/// <summary>Every request, whenever it is touched.</summary>
internal sealed class CertificateController(IResourceCaches caches)
    : KindController(caches, CertificateReconcilerGrain.TypeName, KnownTypes.CertificateSigningRequests);
