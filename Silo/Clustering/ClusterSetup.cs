using System.Net;
using Crescent.Grains.Addresses;
using Crescent.Grains.Bootstrap;
using Crescent.Grains.Hosting;
using Crescent.Grains.Identity;
using Crescent.Grains.Mutation;
using Crescent.Grains.Nodes;
using Crescent.Grains.Reconciling;
using Crescent.Grains.Resources;
using Crescent.Grains.Resources.Storage;
using Crescent.Grains.Resources.Storage.Encryption;
using Crescent.Grains.Scheduling;
using Crescent.Security;
using Crescent.SiloHost.Certificates;
using Crescent.SiloHost.Dashboard;
using Crescent.SiloHost.Hosting;
using Orleans.Configuration;
using Orleans.Dashboard;
using Orleans.Runtime;

namespace Crescent.SiloHost.Clustering;

/// <summary>The Orleans side of a silo.</summary>
internal static class ClusterSetup
{
    public static void AddCluster(this ISiloBuilder silo, SiloOptions options)
    {
        silo.Configure<ClusterOptions>(cluster => cluster.ClusterId = cluster.ServiceId = ClusterIdentities.OrleansCluster);
        silo.ConfigureEndpoints(AdvertisedAddress.Find(options.AdvertiseAddress), options.SiloPort, options.GatewayPort, listenOnAnyHostAddress: true);
        silo.UseClusterTls();
        silo.AddIncomingGrainCallFilter<CallTokenFilter>();

        // A dead silo is out within seconds; the database, not membership, keeps writes safe meanwhile.
        silo.Configure<ClusterMembershipOptions>(membership =>
        {
            membership.ProbeTimeout = TimeSpan.FromSeconds(1);
            membership.NumMissedProbesLimit = 3;

            // Nobody is voted out from whom anything was heard within the longest probe times the missed ones: a silo that is suspended or cut
            // off keeps its connections, and this alone tells. The default of four probe timeouts would make it twelve seconds.
            membership.MaxProbeTimeout = TimeSpan.FromSeconds(1.5);

            // A silo that was declared dead while it was cut off or suspended hears of it from nobody but the table.
            membership.TableRefreshTimeout = TimeSpan.FromSeconds(options.Store == "sqlite" ? 60 : 5);

            // A silo that starts asks all that seem to be alive before it joins. When all have died together, only this tells that they have.
            // The only silo there can be on SQLite is asked by nobody, and would sync the disk each time.
            membership.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(options.Store == "sqlite" ? 60 : 5);
            membership.NumMissedTableIAmAliveLimit = 2;
            membership.DefunctSiloCleanupPeriod = TimeSpan.FromMinutes(10);
            membership.DefunctSiloExpiration = TimeSpan.FromHours(1);
        });
        // Both are for placement and pictures, not for correctness: once a second would be most of what an idle silo does.
        silo.Configure<DeploymentLoadPublisherOptions>(load => load.DeploymentLoadPublisherRefreshTime = TimeSpan.FromSeconds(10));

        // Twice a second it would look at each of them, and there is one for every resource type; collection by age does.
        silo.Configure<StatelessWorkerOptions>(workers => workers.RemoveIdleWorkers = false);
        silo.Configure<GrainCollectionOptions>(collection =>
        {
            collection.CollectionAge = TimeSpan.FromMinutes(5);
            collection.CollectionQuantum = TimeSpan.FromMinutes(1);
        });
        var store = new StoreOptions
        {
            Kind = options.Store == "sqlite" ? StoreKind.Sqlite : StoreKind.Postgres,
            ConnectionString = options.StoreConnection,
        };
        silo.UseCrescentPersistence(store);
        if (store.Kind == StoreKind.Postgres)
        {
            // With the default directory the same object, or sequencer, may live in two silos for half a minute after one has died, each
            // fencing the other. This one recovers a dead silo's part before it answers: each survivor tells which of its grains are registered
            // with this very object, so nothing may stand before it.
#pragma warning disable ORLEANSEXP003
            silo.AddDistributedGrainDirectory();
#pragma warning restore ORLEANSEXP003

            // Waiting until a silo that was declared dead must have noticed would protect what storage fences in any case.
            silo.Configure<GrainDirectoryOptions>(directory => directory.RangeLeaseDuration = TimeSpan.Zero);
        }
        else
        {
            silo.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(new ForgetPredecessors(store));
        }

        // Its two caches make room for all entries at once: eighteen megabytes with the default of a million.
        silo.Configure<GrainDirectoryOptions>(static directory => directory.CacheSize = 50_000);

        silo.AddResourceCore(core =>
        {
            core.Kind = store.Kind;
            core.ConnectionString = store.ConnectionString;
        });
        silo.Services.AddOptions<ResourceCoreOptions>().BindConfiguration("ResourceCore");
        silo.Services.AddOptions<EncryptionOptions>().BindConfiguration("Encryption")
            .PostConfigure<ClusterSecrets>(static (encryption, secrets) =>
                encryption.KeyFile = encryption.KeyFile.Length == 0 ? secrets.EncryptionKeyFile : encryption.KeyFile);
        silo.AddRooms(options);
        silo.AddDashboard(dashboard =>
        {
            dashboard.HideTrace = true;
            dashboard.CounterUpdateIntervalMs = (int)DashboardPace.Interval.TotalMilliseconds;
        });
        silo.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, DashboardPace>();
        silo.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, DashboardRoom>();
    }

    /// <summary>What the control plane does with the resources.</summary>
    private static void AddRooms(this ISiloBuilder silo, SiloOptions options)
    {
        silo.Services.AddMutation();
        silo.Services.Configure<AddressOptions>(addresses => addresses.ServiceRange = options.ServiceCidr);
        silo.AddReconcilers();
        silo.Services.Configure<ApiEndpointsOptions>(api =>
        {
            api.Port = options.Port;
            api.ServiceIp = options.KubernetesServiceAddress;
        });
        silo.Services.AddOptions<RootCertificateOptions>().Configure<ClusterSecrets>(
            (root, secrets) => root.CertificatePem = () => secrets.AuthorityPem);
        silo.AddScheduling();
        silo.AddNodes(nodes =>
        {
            nodes.PodCidr = options.PodCidr;
            nodes.ClusterDns = options.ClusterDns;
            nodes.ClusterDomain = options.ClusterDomain;
        });
    }
}
