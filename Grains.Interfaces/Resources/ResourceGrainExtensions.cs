using Crescent.Identity;

namespace Crescent.Resources;

/// <summary>Typed access to single objects.</summary>
public static class ResourceGrainExtensions
{
    /// <summary>The object of <paramref name="key"/>, in the bucket that owns it.</summary>
    public static ResourceReference GetResourceGrain(this IGrainFactory grains, ResourceKey key) =>
        new(LocalBuckets.Of(grains).Find(grains, key.Type, ResourceBuckets.Of(key)), key);
}
