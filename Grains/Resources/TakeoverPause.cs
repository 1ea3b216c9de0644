using Crescent.Grains.Resources.Storage;
using Orleans.Runtime;

namespace Crescent.Grains.Resources;

/// <summary>
/// Keeps objects waiting that may come from a silo which was declared dead just now: it may be alive, and answer reads of them from memory
/// until its <see cref="ReadLease"/> is over.
/// </summary>
internal sealed class TakeoverPause(IResourceStore store, IClusterMembershipService membership, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly HashSet<SiloAddress> _dead_NeedsLock = [];
    private ClusterMembershipSnapshot? _seen;
    private long _until = time.GetTimestamp();

    /// <summary>Returns when every silo known to be dead has stopped answering; mostly at once.</summary>
    public ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        if (!store.IsShared)
        {
            return ValueTask.CompletedTask;
        }

        var snapshot = membership.CurrentSnapshot;
        if (!ReferenceEquals(snapshot, Volatile.Read(ref _seen)))
        {
            Look(snapshot);
        }

        var left = time.GetElapsedTime(time.GetTimestamp(), Volatile.Read(ref _until));
        return left <= TimeSpan.Zero ? ValueTask.CompletedTask : new(Task.Delay(left, time, cancellationToken));
    }

    private void Look(ClusterMembershipSnapshot snapshot)
    {
        lock (_lock)
        {
            var found = false;
            foreach (var (address, member) in snapshot.Members)
            {
                found |= member.Status == SiloStatus.Dead && _dead_NeedsLock.Add(address);
            }

            if (found)
            {
                Volatile.Write(ref _until, time.GetTimestamp() + (long)(ReadLease.Length.TotalSeconds * time.TimestampFrequency));
            }

            _dead_NeedsLock.RemoveWhere(address => !snapshot.Members.ContainsKey(address));
            Volatile.Write(ref _seen, snapshot);
        }
    }
}
