using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Crescent.Identity;

namespace Crescent.Resources;

/// <summary>The buckets a process has asked for or has, by the factory that makes references: a process may hold several silos (tests).</summary>
internal sealed class LocalBuckets
{
    private static readonly ConditionalWeakTable<IGrainFactory, LocalBuckets> Known = [];

    /// <summary>Making a reference takes attributes and text, on every call.</summary>
    private readonly ConcurrentDictionary<ResourceType, BucketReference?[]> _buckets = new();

    /// <summary>Null in a process that has no database: it waits for the buckets.</summary>
    public IImpatientReads? Impatience { get; set; }

    public static LocalBuckets Of(IGrainFactory grains) => Known.GetOrCreateValue(grains);

    public BucketReference Find(IGrainFactory grains, ResourceType type, int bucket)
    {
        var buckets = _buckets.GetOrAdd(type, static _ => new BucketReference?[ResourceBuckets.Count]);
        ref var known = ref buckets[bucket];
        if (Volatile.Read(ref known) is { } found)
        {
            return found;
        }

        // All callers must see the same one, or some would never learn that the bucket is here.
        var made = new BucketReference(grains.GetGrain<IResourceBucketGrain>(ResourceBuckets.ToGrainKey(type, bucket)), this);
        return Interlocked.CompareExchange(ref known, made, null) ?? made;
    }
}
