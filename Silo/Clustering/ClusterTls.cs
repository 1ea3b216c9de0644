using Crescent.Security;
using Orleans.Configuration;

namespace Crescent.SiloHost.Clustering;

internal static class ClusterTls
{
    /// <summary>Mutual TLS on all of a silo's connections: to and from other silos, and from the gateway's clients.</summary>
    public static ISiloBuilder UseClusterTls(this ISiloBuilder builder)
    {
        builder.Services.AddOptions<SiloConnectionOptions>().Configure<IServiceProvider>((options, services) =>
        {
            options.ConfigureSiloOutboundConnection(connection => connection.ConnectToSilo(services));
            options.ConfigureSiloInboundConnection(connection => connection.AcceptSilo(services));
            options.ConfigureGatewayInboundConnection(connection => connection.AcceptClient(services));
        });
        return builder;
    }
}
