using Crescent.Grains.Nodes;
using Crescent.Grains.Reconciling;
using Crescent.Identity;
using Crescent.Nodes;
using Crescent.Watching;

namespace Crescent.Grains.Volumes;

/// <summary>
/// Claims look again when they or a volume change, volumes when they or their claim do. A claim that waits for its first consumer looks
/// again when a pod appears or gets its node, one that is deleted when a pod ends.
/// </summary>
internal sealed class VolumeController(IResourceCaches caches) : IController
{
    public GrainType GrainType { get; } = GrainType.Create(VolumeReconcilerGrain.TypeName);

    public void Route(ResourceChange change, NudgeBatch nudges)
    {
        var key = change.Current.Key;
        if (key.Type == KnownTypes.PersistentVolumeClaims)
        {
            nudges.Add(GrainType, key, change);
            foreach (var volume in caches.Get(KnownTypes.PersistentVolumes).Current.Enumerate().Where(volume => VolumeFacts.Of(volume).IsFor(key)))
            {
                nudges.Add(GrainType, volume.Key, change);
            }
        }
        else if (key.Type == KnownTypes.PersistentVolumes)
        {
            if (change.Kind != ResourceEventKind.Deleted)
            {
                nudges.Add(GrainType, key, change);
            }

            foreach (var claim in caches.Get(KnownTypes.PersistentVolumeClaims).Current.Enumerate().Where(static claim => !ClaimFacts.Of(claim).IsBound))
            {
                nudges.Add(GrainType, claim.Key, change);
            }
        }
        else if (key.Type == KnownTypes.Pods && (change.Kind != ResourceEventKind.Modified || IsPlacedOrOver(change))
            && change.Current.Body.AsSpan().IndexOf("\"persistentVolumeClaim\""u8) >= 0)
        {
            foreach (var claim in PodReferences.Of(change.Current).Where(static reference => reference.Type == KnownTypes.PersistentVolumeClaims))
            {
                nudges.Add(GrainType, claim, change);
            }
        }
    }

    private static bool IsPlacedOrOver(ResourceChange change) =>
        Differs(change, "spec.nodeName") || (Differs(change, "status.phase") && change.Current.Fields.GetValueOrDefault("status.phase") is "Succeeded" or "Failed");

    private static bool Differs(ResourceChange change, string field) =>
        change.Previous is not { } previous || change.Current.Fields.GetValueOrDefault(field) != previous.Fields.GetValueOrDefault(field);

    public async ValueTask SweepAsync(NudgeBatch nudges, CancellationToken cancellationToken)
    {
        foreach (var type in new[] { KnownTypes.PersistentVolumes, KnownTypes.PersistentVolumeClaims })
        {
            foreach (var item in (await caches.Get(type).GetConsistentAsync(cancellationToken)).Enumerate())
            {
                nudges.Add(GrainType, item.Key);
            }
        }
    }
}
