using Crescent.Grains.Reconciling;

namespace Crescent.Grains.Volumes;

/// <summary>
/// Finds the volume for a claim: one reserved for it, else the smallest that has what it asks. See
/// <see href="https://kubernetes.io/docs/concepts/storage/persistent-volumes/#binding">binding</see>.
/// </summary>
internal static class VolumeBinder
{
    public static VolumeFacts? Find(ClaimFacts claim, IEnumerable<VolumeFacts> volumes)
    {
        VolumeFacts? best = null;
        foreach (var volume in volumes.Where(static volume => volume.Snapshot.DeletionTimestamp is null))
        {
            if (IsReserved(volume, claim))
            {
                return volume;
            }

            if (volume.IsFree && Suits(volume, claim)
                && (best is null || volume.Capacity < best.Capacity
                    || (volume.Capacity == best.Capacity && volume.Snapshot.Key.CompareTo(best.Snapshot.Key) < 0)))
            {
                best = volume;
            }
        }

        return best;
    }

    private static bool IsReserved(VolumeFacts volume, ClaimFacts claim) =>
        volume.IsFor(claim.Snapshot.Key)
        && (volume.ClaimRef.At("uid").Text() is not { Length: > 0 } uid || uid == claim.Snapshot.Uid);

    private static bool Suits(VolumeFacts volume, ClaimFacts claim) =>
        claim.VolumeName.Length > 0
            ? volume.Snapshot.Key.Name == claim.VolumeName
            : volume.Class == (claim.Class ?? "") && volume.Mode == claim.Mode && volume.Capacity >= claim.Request
                && claim.AccessModes.All(mode => volume.AccessModes.Contains(mode, StringComparer.Ordinal))
                && (claim.Selector?.Matches(volume.Snapshot.Labels) ?? true);
}
