using System.Collections.Immutable;
using Crescent.Definitions;
using Crescent.Grains.Reconciling;
using Crescent.Identity;
using Crescent.Resources;
using Crescent.Watching;

namespace Crescent.Grains.Ownership;

/// <summary>
/// An owner is looked at when it is deleted or being deleted, when a dependent of one that is missing or going appears, and when a
/// dependent it waits for is gone.
/// </summary>
internal sealed class GarbageController(IResourceCaches caches, ResourceCatalog catalog) : IController
{
    public GrainType GrainType { get; } = GrainType.Create(GarbageReconcilerGrain.TypeName);

    /// <summary>Types that own nothing as a rule; they are only followed when a cache already shows a dependent.</summary>
    private static bool IsRarelyOwner(ResourceType type) =>
        type == KnownTypes.Pods || type == KnownTypes.Events || type == KnownTypes.Endpoints || type == KnownTypes.EndpointSlices
        || type == KnownTypes.Leases || type == KnownTypes.ConfigMaps || type == KnownTypes.Secrets;

    public void Route(ResourceChange change, NudgeBatch nudges)
    {
        var current = change.Current;
        var isDeleted = change.Kind == ResourceEventKind.Deleted;
        if (isDeleted && (!IsRarelyOwner(current.Key.Type) || HasDependents(current.Uid)))
        {
            nudges.Add(GrainType, new OwnerKey(current.Uid, current.Key).ToGrainKey(), change);
        }
        else if (!isDeleted && current.DeletionTimestamp is not null && AsksForCollection(current))
        {
            nudges.Add(GrainType, new OwnerKey(current.Uid, current.Key).ToGrainKey(), change);
        }

        if (!current.OwnerUids.IsDefaultOrEmpty
            && (isDeleted || change.Previous is not { } previous || !previous.OwnerUids.SequenceEqual(current.OwnerUids)))
        {
            NudgeOwners(current, nudges, change);
        }
    }

    public async ValueTask SweepAsync(NudgeBatch nudges, CancellationToken cancellationToken)
    {
        var living = new HashSet<string>(StringComparer.Ordinal);
        var views = new List<IResourceView>(catalog.Types.Length);
        foreach (var type in catalog.Types)
        {
            var view = await caches.Get(type).GetConsistentAsync(cancellationToken);
            views.Add(view);
            foreach (var item in view.Enumerate())
            {
                if (item.DeletionTimestamp is null)
                {
                    living.Add(item.Uid);
                }
                else if (AsksForCollection(item))
                {
                    nudges.Add(GrainType, new OwnerKey(item.Uid, item.Key).ToGrainKey());
                }
            }
        }

        foreach (var dependent in views.SelectMany(static view => view.Enumerate()))
        {
            if (!dependent.OwnerUids.IsDefaultOrEmpty && !dependent.OwnerUids.All(living.Contains))
            {
                NudgeOwners(dependent, nudges, null);
            }
        }
    }

    private void NudgeOwners(ResourceSnapshot dependent, NudgeBatch nudges, ResourceChange? change)
    {
        foreach (var reference in OwnerReferences.Of(dependent))
        {
            if (OwnerReferences.KeyOf(reference, dependent.Key.Namespace, catalog) is not { } key)
            {
                continue;
            }

            var isKnown = caches.Get(key.Type).Current.TryGet(key.Namespace, key.Name, out var owner) && owner.Uid == reference.Uid;
            if (isKnown ? owner!.DeletionTimestamp is null : change?.Kind == ResourceEventKind.Deleted)
            {
                continue;
            }

            var target = new OwnerKey(reference.Uid, key).ToGrainKey();
            if (change is null)
            {
                nudges.Add(GrainType, target);
            }
            else
            {
                nudges.Add(GrainType, target, change);
            }
        }
    }

    private bool HasDependents(string uid) => catalog.Types.Any(type => caches.Get(type).Current.OwnedBy(uid).Any());

    private static bool AsksForCollection(ResourceSnapshot snapshot) =>
        snapshot.Body.AsSpan().IndexOf("\"foregroundDeletion\""u8) >= 0 || snapshot.Body.AsSpan().IndexOf("\"orphan\""u8) >= 0;
}
