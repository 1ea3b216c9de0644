using Crescent.Definitions;
using Crescent.Grains.Hosting;
using Crescent.Grains.Resources.Storage;
using Crescent.Grains.Resources.Storage.Encryption;
using Crescent.Grains.Resources.Storage.Postgres;
using Crescent.Grains.Resources.Storage.Sqlite;
using Crescent.Identity;
using Crescent.Watching;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Orleans.Hosting;

namespace Crescent.Grains.Resources;

/// <summary>Registration of the resource core.</summary>
public static class ResourceCoreHostingExtensions
{
    /// <summary>
    /// Adds store, writer, sequencers and caches to a silo. The schema is created or migrated before the silo joins the cluster.
    /// The silo also needs an <see cref="Mutation.IMutationPipeline"/>.
    /// </summary>
    public static ISiloBuilder AddResourceCore(
        this ISiloBuilder silo, Action<StoreOptions> configureStore, Action<ResourceCoreOptions>? configureCore = null)
    {
        silo.Services.AddResourceCore(configureStore, configureCore);
        silo.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, ResourceSchemaStartup>();
        silo.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(provider => provider.GetRequiredService<StopSignal>());
        silo.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, ImpatientReads>();
        return silo;
    }

    /// <summary>The services without the silo's lifecycle: whoever uses them calls <c>EnsureSchemaAsync</c> first (tests, benchmarks).</summary>
    internal static IServiceCollection AddResourceCore(
        this IServiceCollection services, Action<StoreOptions> configureStore, Action<ResourceCoreOptions>? configureCore)
    {
        services.AddResourceCaches();
        services.AddOptions<StoreOptions>().Configure(configureStore).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<StoreOptions>, StoreOptionsValidator>());
        var core = services.AddOptions<ResourceCoreOptions>().ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ResourceCoreOptions>, ResourceCoreOptionsValidator>());
        if (configureCore is not null)
        {
            core.Configure(configureCore);
        }

        services.AddOptions<EncryptionOptions>();
        services.TryAddSingleton(ResourceCatalog.BuiltIn);
        services.TryAddSingleton<IResourceStore>(CreateStore);
        services.TryAddSingleton<SnapshotFactory>();
        services.TryAddSingleton<KnownFrontiers>();
        services.TryAddSingleton<IMembershipRecord, MembershipRecord>();
        services.TryAddSingleton<ReadLease>();
        services.TryAddSingleton<TakeoverPause>();
        services.TryAddSingleton<StopSignal>();
        services.TryAddSingleton<ResourceInstruments>();
        services.TryAddSingleton<ResourceWriter>();
        services.TryAddSingleton<FreshObjects>();
        services.TryAddSingleton<ResourceObjectServices>();
        services.TryAddSingleton<BucketMoves>();
        return services;
    }

    private static IResourceStore CreateStore(IServiceProvider services)
    {
        var encryption = services.GetRequiredService<IOptions<EncryptionOptions>>().Value;
        var store = CreatePlainStore(services);
        return encryption.KeyFile.Length == 0
            ? store
            : new EncryptingStore(store, new(File.ReadLines(encryption.KeyFile)), encryption.Types.Select(ResourceType.Parse).ToHashSet());
    }

    private static IResourceStore CreatePlainStore(IServiceProvider services) =>
        services.GetRequiredService<IOptions<StoreOptions>>().Value.Kind switch
        {
            StoreKind.Sqlite => ActivatorUtilities.CreateInstance<SqliteResourceStore>(services),
            StoreKind.Postgres => ActivatorUtilities.CreateInstance<PostgresResourceStore>(services),
            var kind => throw new NotSupportedException($"There is no resource store for {kind}."),
        };
}
