using Crescent.Grains.Reconciling;
using Crescent.Identity;
using Crescent.Watching;

namespace Crescent.Grains.Identity;

/// <summary>A namespace looks again when it appears and when its default ServiceAccount or its CA certificate is touched.</summary>
internal sealed class NamespaceDefaultsController(IResourceCaches caches) : IController
{
    public GrainType GrainType { get; } = GrainType.Create(NamespaceDefaultsReconcilerGrain.TypeName);

    public void Route(ResourceChange change, NudgeBatch nudges)
    {
        var key = change.Current.Key;
        if (key.Type == KnownTypes.Namespaces && change.Kind == ResourceEventKind.Added)
        {
            nudges.Add(GrainType, key, change);
        }
        else if ((key.Type == KnownTypes.ServiceAccounts && key.Name == NamespaceDefaultsReconciler.AccountName
                && change.Kind == ResourceEventKind.Deleted)
            || (key.Type == KnownTypes.ConfigMaps && key.Name == NamespaceDefaultsReconciler.CertificateMapName
                && change.Kind != ResourceEventKind.Added))
        {
            nudges.Add(GrainType, new ResourceKey(KnownTypes.Namespaces, "", key.Namespace).ToGrainKey(), change);
        }
    }

    public async ValueTask SweepAsync(NudgeBatch nudges, CancellationToken cancellationToken)
    {
        foreach (var ns in (await caches.Get(KnownTypes.Namespaces).GetConsistentAsync(cancellationToken)).Enumerate())
        {
            nudges.Add(GrainType, ns.Key);
        }
    }
}
