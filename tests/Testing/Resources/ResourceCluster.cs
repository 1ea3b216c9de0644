using Crescent.Grains.Mutation;
using Crescent.Grains.Resources;
using Crescent.Grains.Resources.Storage;
using Crescent.Watching;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.TestingHost;

namespace Crescent.Testing.Resources;

/// <summary>Silos in this process over one real database, with the resource core and a plain mutation pipeline.</summary>
public sealed class ResourceCluster : IAsyncDisposable
{
    private readonly InProcessTestCluster _cluster;

    private ResourceCluster(InProcessTestCluster cluster) => _cluster = cluster;

    /// <summary>Silos, kills and restarts.</summary>
    public InProcessTestCluster Cluster => _cluster;

    /// <summary>Grains as the first silo sees them.</summary>
    public IGrainFactory Grains => ServicesOf(0).GetRequiredService<IGrainFactory>();

    public IResourceCaches Caches => ServicesOf(0).GetRequiredService<IResourceCaches>();

    public static async Task<ResourceCluster> StartAsync(
        StoreOptions store,
        short silos = 1,
        Action<ResourceCoreOptions>? configureCore = null,
        Action<ISiloBuilder>? configureSilo = null)
    {
        var builder = new InProcessTestClusterBuilder(silos);
        builder.ConfigureSilo((_, silo) =>
        {
            silo.AddResourceCore(
                options =>
                {
                    options.Kind = store.Kind;
                    options.ConnectionString = store.ConnectionString;
                },
                configureCore);
            silo.Services.TryAddSingleton<IMutationPipeline, PlainMutationPipeline>();
            silo.Services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Warning).AddFilter("Orleans", LogLevel.Error));
            silo.Configure<ClusterMembershipOptions>(membership =>
            {
                membership.ProbeTimeout = TimeSpan.FromMilliseconds(500);
                membership.NumMissedProbesLimit = 2;
                membership.NumVotesForDeathDeclaration = 1;
            });
            configureSilo?.Invoke(silo);
        });
        var cluster = builder.Build();
        await cluster.DeployAsync();
        return new(cluster);
    }

    public IServiceProvider ServicesOf(int silo) => _cluster.GetSiloServiceProvider(_cluster.Silos[silo].SiloAddress);

    public async ValueTask DisposeAsync()
    {
        await _cluster.StopAllSilosAsync();
        await _cluster.DisposeAsync();
    }
}
