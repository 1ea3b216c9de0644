using Crescent.Identity;

namespace Crescent.Resources;

/// <summary>Typed access to resource grains.</summary>
public static class ResourceGrainExtensions
{
    /// <summary>The grain that owns the object of <paramref name="key"/>.</summary>
    public static IResourceGrain GetResourceGrain(this IGrainFactory grains, ResourceKey key) =>
        grains.GetGrain<IResourceGrain>(key.ToGrainKey());
}
