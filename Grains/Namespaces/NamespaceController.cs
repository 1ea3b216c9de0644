using Crescent.Grains.Reconciling;
using Crescent.Identity;
using Crescent.Watching;

namespace Crescent.Grains.Namespaces;

/// <summary>A namespace looks again while it is being deleted: when it changes and whenever something in it is gone.</summary>
internal sealed class NamespaceController(IResourceCaches caches) : IController
{
    public GrainType GrainType { get; } = GrainType.Create(NamespaceReconcilerGrain.TypeName);

    public void Route(ResourceChange change, NudgeBatch nudges)
    {
        var key = change.Current.Key;
        if (key.Type == KnownTypes.Namespaces)
        {
            if (change.Current.DeletionTimestamp is not null && change.Kind != ResourceEventKind.Deleted)
            {
                nudges.Add(GrainType, key, change);
            }
        }
        else if (key.Namespace.Length > 0 && change.Kind == ResourceEventKind.Deleted
            && caches.Get(KnownTypes.Namespaces).Current.TryGet("", key.Namespace, out var ns) && ns.DeletionTimestamp is not null)
        {
            nudges.Add(GrainType, ns.Key, change);
        }
    }

    public async ValueTask SweepAsync(NudgeBatch nudges, CancellationToken cancellationToken)
    {
        foreach (var ns in (await caches.Get(KnownTypes.Namespaces).GetConsistentAsync(cancellationToken)).Enumerate())
        {
            if (ns.DeletionTimestamp is not null)
            {
                nudges.Add(GrainType, ns.Key);
            }
        }
    }
}
