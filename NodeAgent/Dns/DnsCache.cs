using System.Collections.Concurrent;

namespace Crescent.NodeAgent.Dns;

/// <summary>Answers of upstream resolvers for as long as they may be kept.</summary>
internal sealed class DnsCache(TimeProvider time)
{
    private const int Capacity = 10_000;
    private static readonly TimeSpan LongestPositive = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LongestNegative = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<byte[], (DnsReply Reply, long StoredAt)> _replies = new(DnsNameComparer.Instance);

    /// <summary>The kept answer and its age; null when there is none.</summary>
    public (DnsReply Reply, TimeSpan Age)? Find(byte[] key)
    {
        if (!_replies.TryGetValue(key, out var entry))
        {
            return null;
        }

        var age = time.GetElapsedTime(entry.StoredAt);
        if (age < Lifetime(entry.Reply))
        {
            return (entry.Reply, age);
        }

        _replies.TryRemove(key, out _);
        return null;
    }

    public void Keep(byte[] key, DnsReply reply)
    {
        if (reply.IsTruncated || reply.Code is not (DnsCode.NoError or DnsCode.NoSuchName) || reply.Ttl <= TimeSpan.Zero)
        {
            return;
        }

        if (_replies.Count >= Capacity)
        {
            MakeRoom();
        }

        _replies[key] = (reply, time.GetTimestamp());
    }

    private static TimeSpan Lifetime(DnsReply reply)
    {
        var longest = reply.Code == DnsCode.NoError ? LongestPositive : LongestNegative;
        return reply.Ttl < longest ? reply.Ttl : longest;
    }

    private void MakeRoom()
    {
        var kept = 0;
        foreach (var (key, (reply, storedAt)) in _replies)
        {
            // What is over goes, and a tenth of the rest.
            if (time.GetElapsedTime(storedAt) >= Lifetime(reply) || ++kept % 10 == 0)
            {
                _replies.TryRemove(key, out _);
            }
        }
    }
}
