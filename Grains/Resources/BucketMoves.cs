using Microsoft.Extensions.Options;
using Orleans.Runtime;

namespace Crescent.Grains.Resources;

/// <summary>
/// Gives a silo that came its share. A bucket is placed where it is asked for first and stays there, so without this a silo that joined a busy
/// cluster, or came back to it, would serve requests and never a bucket. Each bucket that belongs to the newcomer by rendezvous hashing
/// (<see href="https://doi.org/10.1109/90.663936">Thaler, Ravishankar</see>) moves there when it has been a member for a while; the others stay where they are.
/// </summary>
internal sealed class BucketMoves(
    IClusterMembershipService membership, ILocalSiloDetails silo, IOptions<ResourceCoreOptions> options, TimeProvider time)
{
    private readonly TimeSpan _patience = options.Value.JoinerPatience;

    /// <summary>Another object whenever the membership changed.</summary>
    public ClusterMembershipSnapshot Members => membership.CurrentSnapshot;

    /// <summary>There is another silo that could have a bucket.</summary>
    public bool HasOthers
    {
        get
        {
            foreach (var (address, member) in Members.Members)
            {
                if (member.Status == SiloStatus.Active && !address.Equals(silo.SiloAddress))
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>Where a bucket of this silo should go, and when; null when it stays.</summary>
    public BucketMove? Between(ClusterMembershipSnapshot before, ClusterMembershipSnapshot after, GrainId bucket)
    {
        SiloAddress? home = null;
        uint highest = 0;
        foreach (var (address, member) in after.Members)
        {
            var mark = Mark(bucket.GetUniformHashCode(), (uint)address.GetConsistentHashCode());
            if (member.Status == SiloStatus.Active && (home is null || mark > highest))
            {
                (home, highest) = (address, mark);
            }
        }

        return home is not null && !home.Equals(silo.SiloAddress) && before.GetSiloStatus(home) != SiloStatus.Active
            ? new(home, time.GetTimestamp())
            : null;
    }

    /// <summary>The newcomer has been there long enough that all know it and it has what it needs; and it is still there.</summary>
    public bool IsDue(BucketMove move) =>
        time.GetElapsedTime(move.Since) >= _patience && Members.GetSiloStatus(move.Target) == SiloStatus.Active;

    /// <summary>The mixing steps of MurmurHash3, so that silos with similar addresses get different buckets.</summary>
    private static uint Mark(uint bucket, uint silo)
    {
        var hash = bucket ^ (silo * 0x9E3779B1);
        hash = (hash ^ (hash >> 16)) * 0x85EBCA6B;
        hash = (hash ^ (hash >> 13)) * 0xC2B2AE35;
        return hash ^ (hash >> 16);
    }
}
