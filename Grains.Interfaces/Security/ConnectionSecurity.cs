using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Hosting;

namespace Crescent.Security;

/// <summary>
/// Secures connections. An <see cref="IConnectionCertificates"/> has to be registered; an <see cref="IConnectionTls"/> may be, else the
/// operating system's TLS is used.
/// </summary>
public static class ConnectionSecurity
{
    /// <summary>The client side of the gateway's connections: mutual TLS to silos of this cluster.</summary>
    public static IClientBuilder UseClusterTls(this IClientBuilder builder)
    {
        builder.Services.AddOptions<ClientConnectionOptions>().Configure<IServiceProvider>((options, services) =>
            options.ConfigureConnection(connection => connection.ConnectToSilo(services)));
        return builder;
    }

    /// <summary>Outgoing connection to a silo or its gateway.</summary>
    public static void ConnectToSilo(this IConnectionBuilder connection, IServiceProvider services)
    {
        var tls = Create(services, IsSilo);
        connection.Use(next => context => tls.ConnectAsync(context, next));
    }

    /// <summary>Incoming connection from another silo.</summary>
    public static void AcceptSilo(this IConnectionBuilder connection, IServiceProvider services)
    {
        var tls = Create(services, IsSilo);
        connection.Use(next => context => tls.AcceptAsync(context, next));
    }

    /// <summary>Incoming connection at the gateway: nodes and front ends, and each of them speaks only for itself.</summary>
    public static void AcceptClient(this IConnectionBuilder connection, IServiceProvider services)
    {
        var tls = Create(services, IsGatewayClient);
        var guard = new GatewayGuard(services.GetRequiredService<ILoggerFactory>().CreateLogger<GatewayGuard>());
        connection.Use(next => context => tls.AcceptAsync(context, next));
        connection.Use(next => context => guard.GuardAsync(context, next));
    }

    /// <summary>Incoming connection of any kind, from whom <paramref name="isAllowed"/> lets in.</summary>
    public static void AcceptTls(this IConnectionBuilder connection, IServiceProvider services, Func<X509Certificate2, bool> isAllowed)
    {
        var tls = Create(services, isAllowed);
        connection.Use(next => context => tls.AcceptAsync(context, next));
    }

    internal static TlsMiddleware Create(IServiceProvider services, IConnectionTls tls, Func<X509Certificate2, bool> isAllowed) => new(
        tls,
        isAllowed,
        services.GetService<TimeProvider>() ?? TimeProvider.System,
        services.GetRequiredService<ILoggerFactory>().CreateLogger<TlsMiddleware>());

    private static TlsMiddleware Create(IServiceProvider services, Func<X509Certificate2, bool> isAllowed) => Create(
        services,
        services.GetService<IConnectionTls>() ?? new SystemConnectionTls(services.GetRequiredService<IConnectionCertificates>()),
        isAllowed);

    private static bool IsSilo(X509Certificate2 certificate) => ClusterIdentities.IsMemberOf(certificate, ClusterIdentities.Silos);

    private static bool IsGatewayClient(X509Certificate2 certificate) =>
        ClusterIdentities.NodeNameOf(certificate) is not null
        || ClusterIdentities.IsMemberOf(certificate, ClusterIdentities.FrontEnds);
}
