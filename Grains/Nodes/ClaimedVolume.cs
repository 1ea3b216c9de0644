using Crescent.Grains.Reconciling;
using Crescent.Identity;
using Crescent.Resources;

namespace Crescent.Grains.Nodes;

/// <summary>Which volume belongs to a claim, and which claim to a volume. A node sees the volumes of the claims its pods name.</summary>
internal static class ClaimedVolume
{
    /// <summary>The volume a claim is bound to; null while it is bound to none, and for other objects.</summary>
    public static ResourceKey? Of(ResourceSnapshot claim) =>
        claim.Key.Type == KnownTypes.PersistentVolumeClaims && claim.View().At("spec", "volumeName").Text() is { Length: > 0 } name
            ? new(KnownTypes.PersistentVolumes, "", name)
            : null;

    /// <summary>The claim a volume is bound to; null for other objects.</summary>
    public static ResourceKey? ClaimOf(ResourceSnapshot volume) =>
        volume.Key.Type == KnownTypes.PersistentVolumes && volume.View().At("spec", "claimRef") is var claim
        && claim.At("name").Text() is { Length: > 0 } name
            ? new(KnownTypes.PersistentVolumeClaims, claim.At("namespace").Text() ?? "", name)
            : null;
}
