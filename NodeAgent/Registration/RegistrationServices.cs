using Crescent.NodeAgent.Tls;
using Crescent.Security;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using Orleans.Messaging;

namespace Crescent.NodeAgent.Registration;

internal static class RegistrationServices
{
    /// <summary>Joining, the Orleans client, and <see cref="INodeLink"/>.</summary>
    public static void AddRegistration(this IHostApplicationBuilder builder, TlsKind tls)
    {
        var services = builder.Services;
        services.AddNodeTls(tls);
        services.AddSingleton<NodeCredentials>();
        services.AddSingleton<IConnectionCertificates>(provider => provider.GetRequiredService<NodeCredentials>());
        services.AddSingleton<JoinClient>();
        services.AddSingleton<ClusterMembership>();
        services.AddSingleton<ICallTokenSource>(provider => provider.GetRequiredService<ClusterMembership>());
        services.AddHostedService<MembershipStart>();
        services.AddHostedService<MembershipUpkeep>();

        builder.UseOrleansClient(client =>
        {
            client.UseClusterTls();
            var abandon = new AbandonOnDisconnect();
            client.Services.AddSingleton<IClusterConnectionStatusObserver>(abandon);
            client.AddOutgoingGrainCallFilter(abandon);
            client.AddOutgoingGrainCallFilter<CallTokenAttacher>();
            client.UseConnectionRetryFilter<ConnectForEver>();
            client.Services.AddSingleton<IClusterConnectionStatusObserver>(provider => provider.GetRequiredService<ClusterMembership>());
            client.Services.AddSingleton<IGatewayListProvider>(provider => provider.GetRequiredService<ClusterMembership>());
            client.Configure<ClusterOptions>(cluster => cluster.ClusterId = cluster.ServiceId = ClusterIdentities.OrleansCluster);

            // A silo that came back is found within seconds when others were lost, else within half a minute.
            client.Configure<GatewayOptions>(gateway => gateway.GatewayListRefreshPeriod = TimeSpan.FromSeconds(3));
        });

        services.AddSingleton<NodeLink>();
        services.AddSingleton<INodeLink>(provider => provider.GetRequiredService<NodeLink>());
        services.AddHostedService(provider => provider.GetRequiredService<NodeLink>());
    }
}
