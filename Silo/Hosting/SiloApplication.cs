using System.Security.Authentication;
using Crescent.Api.Auditing;
using Crescent.Api.Authentication;
using Crescent.Api.Hosting;
using Crescent.Api.Streaming;
using Crescent.Authentication;
using Crescent.Grains.Certificates;
using Crescent.Grains.Hosting;
using Crescent.Hosting;
using Crescent.ManagedTls;
using Crescent.Security;
using Crescent.SiloHost.Certificates;
using Crescent.SiloHost.Clustering;
using Crescent.SiloHost.Dashboard;
using Crescent.SiloHost.Joining;
using Crescent.SiloHost.Observability;
using Crescent.SiloHost.Stores;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Orleans.Configuration;

namespace Crescent.SiloHost.Hosting;

/// <summary>Puts a silo together: certificates, Orleans, API, dashboard, joining.</summary>
internal static class SiloApplication
{
    public static async Task<int> RunAsync(SiloOptions options, CancellationToken cancellationToken)
    {
        await using var application = Build(options);
        try
        {
            await application.RunAsync(cancellationToken);
            return 0;
        }
        catch (IOException exception) when (exception.InnerException is AddressInUseException)
        {
            await Console.Error.WriteLineAsync($"crescent-silo: {exception.Message}");
            return 1;
        }
        catch (StoreUnreachableException exception)
        {
            await Console.Error.WriteLineAsync($"crescent-silo: {exception.Message}");
            return 1;
        }
    }

    internal static WebApplication Build(SiloOptions options)
    {
        ProcessKeys.Select(options.Tls);
        Directory.CreateDirectory(Path.Combine(options.Home, "data"));
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders().AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.UseUtcTimestamp = true;
            console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
        });
        builder.Logging.AddFilter("Orleans", LogLevel.Warning).AddFilter("Microsoft", LogLevel.Warning).AddFilter("Polly", LogLevel.None)
            .AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error);
        builder.Host.UseSystemd().UseWindowsService();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(15));

        AddSecurity(builder.Services, options);
        builder.UseOrleans(silo => silo.AddCluster(options));
        builder.Services.AddCrescentApi();
        builder.Services.AddOptions<AuditOptions>().BindConfiguration("Audit");
        builder.Services.AddOptions<ApiAuthenticationOptions>().BindConfiguration("Authentication").Configure<SiloCertificates>(
            (authentication, certificates) => authentication.ClientAuthorities = () => certificates.Authorities);
        builder.Services.AddOptions<NodeProxyOptions>().Configure<SiloCertificates>((proxy, certificates) =>
        {
            if (options.Tls == TlsKind.Managed)
            {
                proxy.Handler = () => new ManagedHttpHandler(() => certificates.Authorities, () => certificates.NodeClient, proxy.ConnectTimeout);
                return;
            }

            proxy.ClientCertificate = () => certificates.NodeClient.Bound;
            proxy.Authorities = () => certificates.Authorities;
        });
        builder.Services.AddSiloMetrics();
        ListenHttps(builder, options);

        var application = builder.Build();
        application.Services.GetRequiredService<SiloCertificates>().RenewDue();
        var gate = ActivatorUtilities.CreateInstance<DashboardGate>(application.Services);
        application.Use(next => context => gate.InvokeAsync(context, next));
        ActivatorUtilities.CreateInstance<JoinEndpoints>(application.Services).Map(application);
        application.MapSiloMetrics();
        application.MapCrescentApi();
        return application;
    }

    private static void AddSecurity(IServiceCollection services, SiloOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton(TimeProvider.System);
        services.AddOptions<CertificateOptions>().BindConfiguration("Certificates");
        services.AddOptions<JoinOptions>().BindConfiguration("Joining");
        services.AddOptions<ServiceAccountTokenOptions>().BindConfiguration("ServiceAccountTokens");

        // What ASP.NET Core protects cookies with; otherwise it would keep the keys in the user's home directory.
        services.AddDataProtection().SetApplicationName("crescent")
            .PersistKeysToFileSystem(new(Path.Combine(options.Home, "data", "sessions")));
        services.AddSingleton(provider => ClusterSecrets.Open(
            options.Home,
            provider.GetRequiredService<Microsoft.Extensions.Options.IOptions<CertificateOptions>>().Value,
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<ICallTokenKeys>(provider => provider.GetRequiredService<ClusterSecrets>());
        services.AddSingleton<SiloCertificates>();
        services.AddSingleton<IConnectionCertificates>(provider => provider.GetRequiredService<SiloCertificates>());
        if (options.Tls == TlsKind.Managed)
        {
            services.AddSingleton<IConnectionTls>(static provider =>
            {
                var certificates = provider.GetRequiredService<SiloCertificates>();
                return new ManagedConnectionTls(() => certificates.Silo, () => certificates.Silo, () => certificates.Authorities);
            });
        }

        services.AddOptions<StoreWaitOptions>().BindConfiguration("Store");
        services.AddHostedService<StoreWait>();
        services.AddSingleton<IServiceAccountKeys, ServiceAccountKeyFiles>();
        services.AddSingleton<ICertificateSigner, RequestSigner>();
        services.AddHostedService<CertificateRenewal>();
        services.AddHostedService<HeapTrimmer>();
        services.AddHostedService<HeapGrowth>();
        services.AddSingleton<NodeCertificates>();
        services.AddSingleton<GatewayDirectory>();
        services.AddSingleton<DashboardPages>();
        services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, Crescent.Joining.JoinJson.Default));
    }

    private static void ListenHttps(WebApplicationBuilder builder, SiloOptions options)
    {
        if (options.SharePort)
        {
            builder.WebHost.UseSockets(sockets => sockets.CreateBoundListenSocket = ListenSockets.CreateShared);
        }

        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 16 * 1024 * 1024;

            // One client connection carries all its watches.
            kestrel.Limits.Http2.MaxStreamsPerConnection = 1000;
            kestrel.ListenAnyIP(options.Port, listen =>
            {
                var certificates = kestrel.ApplicationServices.GetRequiredService<SiloCertificates>();
                if (options.Tls == TlsKind.Managed)
                {
                    listen.UseManagedHttps(() => certificates.Api);
                    return;
                }

                listen.Protocols = HttpProtocols.Http1AndHttp2;
                listen.UseHttps(https =>
                {
                    https.SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13;
                    https.ServerCertificateSelector = (_, _) => certificates.Api.Bound;
                    https.UseApiClientCertificates();
                });
            });
        });
    }
}
