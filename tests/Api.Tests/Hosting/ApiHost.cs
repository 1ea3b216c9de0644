using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Crescent.Api.Authentication;
using Crescent.Api.Hosting;
using Crescent.Grains.Mutation;
using Crescent.Grains.Resources;
using Crescent.Identity;
using Crescent.Resources;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Hosting;
using Xunit;

namespace Crescent.Api.Tests.Hosting;

/// <summary>
/// The API over real HTTPS in front of a real one-silo cluster on an SQLite file: everything but reconcilers, scheduler and nodes.
/// </summary>
public sealed class ApiHost : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly string _directory;

    private ApiHost(WebApplication application, string directory, TestAuthority authority)
    {
        _application = application;
        _directory = directory;
        Authority = authority;
        Address = new(application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        Admin = Connect(authority.IssueClient("kubernetes-admin", "system:masters"));
    }

    public TestAuthority Authority { get; }

    /// <summary><c>https://127.0.0.1:PORT</c>.</summary>
    public Uri Address { get; }

    /// <summary>Client with the administrator's certificate.</summary>
    public HttpClient Admin { get; }

    public IServiceProvider Services => _application.Services;

    public static async Task<ApiHost> StartAsync(Action<IServiceCollection>? configure = null, int port = 0)
    {
        var directory = Directory.CreateTempSubdirectory("crescent-api-").FullName;
        var authority = new TestAuthority();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().AddSimpleConsole().SetMinimumLevel(LogLevel.Warning);
        var server = authority.IssueServer();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, port, listen => listen.UseHttps(https =>
            {
                https.ServerCertificate = server;
                https.UseApiClientCertificates();
            })));
        builder.UseOrleans(silo => silo
            .UseLocalhostClustering(FreePort(), FreePort())
            .Configure<ClusterMembershipOptions>(static membership => membership.NumVotesForDeathDeclaration = 1)
            .AddMemoryGrainStorageAsDefault()
            .AddResourceCore(store => store.ConnectionString = $"Data Source={Path.Combine(directory, "crescent.db")}"));
        builder.Services.AddMutation();
        builder.Services.AddCrescentApi();
        builder.Services.Configure<ApiAuthenticationOptions>(options => options.ClientAuthorities = () => [authority.Certificate]);
        configure?.Invoke(builder.Services);
        var application = builder.Build();
        application.MapCrescentApi();
        await application.StartAsync();
        var host = new ApiHost(application, directory, authority);
        await host.CreateNamespaceAsync("default");
        await DefaultAccess.CreateAsync(application.Services);
        return host;
    }

    /// <summary>A client of its own connections; null: without a certificate.</summary>
    public HttpClient Connect(X509Certificate2? certificate)
    {
        var handler = new SocketsHttpHandler();
        handler.SslOptions.RemoteCertificateValidationCallback = (_, presented, _, _) => presented is not null;
        if (certificate is not null)
        {
            handler.SslOptions.LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate;
            handler.SslOptions.ClientCertificates = [certificate];
        }

        return new(handler) { BaseAddress = Address };
    }

    public async Task CreateNamespaceAsync(string name)
    {
        var grains = _application.Services.GetRequiredService<IGrainFactory>();
        var result = await grains.GetResourceGrain(new ResourceKey(KnownTypes.Namespaces, "", name)).CreateAsync(new()
        {
            Context = MutationContext.ForController("tests"),
            Body = System.Text.Encoding.UTF8.GetBytes($$$"""{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"{{{name}}}"}}"""),
        });
        Assert.True(result.IsSuccess, result.Error?.Message);
        result = await grains.GetResourceGrain(new ResourceKey(KnownTypes.ServiceAccounts, name, "default")).CreateAsync(new()
        {
            Context = MutationContext.ForController("tests"),
            Body = System.Text.Encoding.UTF8.GetBytes("""{"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"default"}}"""),
        });
        Assert.True(result.IsSuccess, result.Error?.Message);
    }

    public async ValueTask DisposeAsync()
    {
        Admin.Dispose();
        await _application.StopAsync();
        await _application.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
