using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Crescent.Watching;

/// <summary>Registration of the caches.</summary>
public static class ResourceCachesServiceCollectionExtensions
{
    /// <summary>Adds <see cref="IResourceCaches"/>; needs an <see cref="IGrainFactory"/> (a silo or a connected client).</summary>
    public static IServiceCollection AddResourceCaches(this IServiceCollection services, Action<ResourceCacheOptions>? configure = null)
    {
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<LocalSequencers>();
        services.TryAddSingleton<ResourceCaches>();
        services.TryAddSingleton<IResourceCaches>(static provider => provider.GetRequiredService<ResourceCaches>());
        var options = services.AddOptions<ResourceCacheOptions>();
        if (configure is not null)
        {
            options.Configure(configure);
        }

        return services;
    }
}
