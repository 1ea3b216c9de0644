using System.Net;
using System.Security.Cryptography.X509Certificates;
using Crescent.Security;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Hosting;

namespace Crescent.EndToEnd.Tests.Security;

/// <summary>An Orleans client at the gateway that sends whatever token it is given.</summary>
internal sealed class GatewayClient : IAsyncDisposable, IConnectionCertificates, ICallTokenSource
{
    private readonly IConnectionCertificates _certificates;
    private readonly IHost _host;

    private GatewayClient(IConnectionCertificates certificates, IPEndPoint gateway, IConnectionTls? tls)
    {
        _certificates = certificates;
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.UseOrleansClient(client =>
        {
            client.Services.AddSingleton<IConnectionCertificates>(this);
            client.Services.AddSingleton<ICallTokenSource>(this);
            if (tls is not null)
            {
                client.Services.AddSingleton(tls);
            }

            client.UseClusterTls();
            client.AddOutgoingGrainCallFilter<CallTokenAttacher>();
            client.UseStaticClustering(gateway);
            client.Configure<ClusterOptions>(cluster => cluster.ClusterId = cluster.ServiceId = ClusterIdentities.OrleansCluster);
            client.Configure<ClientMessagingOptions>(messaging => messaging.ResponseTimeout = TimeSpan.FromSeconds(5));
        });
        _host = builder.Build();
    }

    /// <summary>What goes with the calls from now on.</summary>
    public string? Token { get; set; }

    public IClusterClient Grains => _host.Services.GetRequiredService<IClusterClient>();

    public IServiceProvider Services => _host.Services;

    X509Certificate2 IConnectionCertificates.Current => _certificates.Current;

    X509Certificate2Collection IConnectionCertificates.Authorities => _certificates.Authorities;

    string? ICallTokenSource.Current => Token;

    public static async Task<GatewayClient> ConnectAsync(
        IConnectionCertificates certificates, IPEndPoint gateway, IConnectionTls? tls = null)
    {
        var client = new GatewayClient(certificates, gateway, tls);
        await client._host.StartAsync(TestContext.Current.CancellationToken);
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync(CancellationToken.None);
        _host.Dispose();
    }
}
