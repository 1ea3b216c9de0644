using System.Net;
using System.Net.Sockets;
using Crescent.NodeAgent.Hosting;
using Crescent.NodeAgent.Registration;
using Crescent.NodeAgent.Tls;
using Crescent.Security;
using Crescent.SiloHost;
using Crescent.SiloHost.Certificates;
using Crescent.SiloHost.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Crescent.EndToEnd.Tests.Security;

/// <summary>A whole silo inside the test process, with real sockets and certificates.</summary>
public sealed class SiloFixture : IAsyncLifetime
{
    private readonly string _home = Directory.CreateTempSubdirectory("crescent-silo-").FullName;
    private WebApplication? _application;

    internal SiloOptions Options { get; private set; } = null!;

    internal ClusterSecrets Secrets => _application!.Services.GetRequiredService<ClusterSecrets>();

    internal SiloCertificates Certificates => _application!.Services.GetRequiredService<SiloCertificates>();

    internal IGrainFactory Grains => _application!.Services.GetRequiredService<IGrainFactory>();

    internal IServiceProvider Services => _application!.Services;

    public IPEndPoint Gateway => new(IPAddress.Loopback, Options.GatewayPort);

    public Uri Server => new($"https://127.0.0.1:{Options.Port}");

    public async ValueTask InitializeAsync()
    {
        Options = new()
        {
            Home = _home, Port = FreePort(), SiloPort = FreePort(), GatewayPort = FreePort(), AdvertiseAddress = "127.0.0.1",
        };
        _application = SiloApplication.Build(Options);
        await _application.StartAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_application is not null)
        {
            await _application.StopAsync(CancellationToken.None);
            await _application.DisposeAsync();
        }

        Directory.Delete(_home, recursive: true);
    }

    /// <summary>Credentials of a node that has joined with the bootstrap token.</summary>
    internal async Task<(NodeCredentials Credentials, JoinClient Client)> JoinAsync(string nodeName, string? token = null)
    {
        var services = await JoinAsync(nodeName, TlsKind.System, token: token);
        return (services.GetRequiredService<NodeCredentials>(), services.GetRequiredService<JoinClient>());
    }

    /// <summary>The registration services of a node that has joined.</summary>
    internal async Task<IServiceProvider> JoinAsync(string nodeName, TlsKind tls, string? authorityFile = null, string? token = null)
    {
        var home = Path.Combine(_home, "agents", nodeName);
        Directory.CreateDirectory(home);
        var tokenFile = Path.Combine(_home, "bootstrap-token");
        if (token is not null)
        {
            tokenFile = Path.Combine(home, "token");
            await File.WriteAllTextAsync(tokenFile, token);
        }

        var options = new AgentOptions
        {
            Home = home, NodeName = nodeName, Server = Server, CaFile = authorityFile ?? Path.Combine(_home, "pki", "ca.crt"), TokenFile = tokenFile,
        };
        var services = new ServiceCollection()
            .AddLogging()
            .AddSingleton(options)
            .AddNodeTls(tls)
            .AddSingleton<NodeCredentials>()
            .AddSingleton<IConnectionCertificates>(static provider => provider.GetRequiredService<NodeCredentials>())
            .AddSingleton<JoinClient>()
            .BuildServiceProvider();
        await services.GetRequiredService<JoinClient>().JoinAsync(TestContext.Current.CancellationToken);
        return services;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
