using System.Globalization;
using Crescent.Identity;

namespace Crescent.Resources;

/// <summary>Which <see cref="IResourceBucketGrain"/> has an object. Every process must say the same, so neither number nor hash may change in a running cluster.</summary>
public static class ResourceBuckets
{
    /// <summary>Of each type: enough that no thread is the limit, few enough that waking all of them costs nothing.</summary>
    public const int Count = 64;

    /// <summary>From 0 below <see cref="Count"/>; of namespace and name (FNV-1a).</summary>
    public static int Of(ResourceKey key)
    {
        var hash = Add(Add(2166136261, key.Namespace) * 16777619, key.Name);
        return (int)((hash ^ (hash >> 16)) % Count);
    }

    /// <summary>The grain's key: <c>type/bucket</c>, e.g. <c>deployments.apps/17</c>.</summary>
    public static string ToGrainKey(ResourceType type, int bucket) => string.Create(CultureInfo.InvariantCulture, $"{type}/{bucket}");

    /// <summary>Inverse of <see cref="ToGrainKey"/>.</summary>
    public static (ResourceType Type, int Bucket) Parse(string grainKey)
    {
        var slash = grainKey.LastIndexOf('/');
        return (ResourceType.Parse(grainKey[..slash]), int.Parse(grainKey.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture));
    }

    private static uint Add(uint hash, string text)
    {
        foreach (var character in text)
        {
            hash = (hash ^ character) * 16777619;
        }

        return hash;
    }
}
