using System.Net;
using Crescent.Grains.Hosting;
using Crescent.Grains.Mutation;
using Crescent.Grains.Nodes;
using Crescent.Grains.Reconciling;
using Crescent.Grains.Resources;
using Crescent.Grains.Resources.Storage;
using Crescent.Grains.Scheduling;
using Crescent.Security;
using Crescent.SiloHost.Hosting;
using Orleans.Configuration;
using Orleans.Dashboard;

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
            membership.DefunctSiloCleanupPeriod = TimeSpan.FromMinutes(10);
            membership.DefunctSiloExpiration = TimeSpan.FromHours(1);
        });
        silo.Configure<GrainCollectionOptions>(collection =>
        {
            collection.CollectionAge = TimeSpan.FromMinutes(5);
            collection.CollectionQuantum = TimeSpan.FromMinutes(1);
        });
        var kind = options.Store == "sqlite" ? StoreKind.Sqlite : StoreKind.Postgres;
        silo.UseCrescentPersistence(new() { Kind = kind, ConnectionString = options.StoreConnection });
        silo.AddResourceCore(store =>
        {
            store.Kind = kind;
            store.ConnectionString = options.StoreConnection;
        });
        silo.Services.AddMutation();
        silo.AddReconcilers();
        silo.AddScheduling();
        silo.AddNodes();
        silo.AddDashboard(dashboard => dashboard.HideTrace = true);
    }
}
