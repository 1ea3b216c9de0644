using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Crescent.Identity;

namespace Crescent.Resources;

/// <summary>Typed access to single objects.</summary>
public static class ResourceGrainExtensions
{
    /// <summary>By factory, type and bucket: making a reference takes attributes and text, on every call.</summary>
    private static readonly ConditionalWeakTable<IGrainFactory, ConcurrentDictionary<ResourceType, IResourceBucketGrain?[]>> Known = [];

    /// <summary>The object of <paramref name="key"/>, in the grain that owns it.</summary>
    public static ResourceReference GetResourceGrain(this IGrainFactory grains, ResourceKey key)
    {
        var buckets = Known.GetOrCreateValue(grains).GetOrAdd(key.Type, static _ => new IResourceBucketGrain?[ResourceBuckets.Count]);
        ref var known = ref buckets[ResourceBuckets.Of(key)];
        if (Volatile.Read(ref known) is { } bucket)
        {
            return new(bucket, key);
        }

        bucket = grains.GetGrain<IResourceBucketGrain>(ResourceBuckets.ToGrainKey(key.Type, ResourceBuckets.Of(key)));
        Volatile.Write(ref known, bucket);
        return new(bucket, key);
    }
}
