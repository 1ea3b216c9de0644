using Crescent.Hosting;
using Crescent.ManagedTls;
using Crescent.NodeAgent.Networks;
using Crescent.NodeAgent.Pods;
using Crescent.NodeAgent.Registration;
using Crescent.NodeAgent.Runtimes.Docker;
using Crescent.NodeAgent.Streaming;
using Crescent.NodeAgent.Tls;
using Crescent.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Crescent.NodeAgent.Hosting;

/// <summary>Puts an agent together.</summary>
internal static class AgentApplication
{
    public static async Task<int> RunAsync(AgentOptions options, CancellationToken cancellationToken)
    {
        await using var application = Build(options);
        await application.RunAsync(cancellationToken);
        return 0;
    }

    public static async Task<int> JoinAsync(AgentOptions options, CancellationToken cancellationToken)
    {
        await using var application = Build(options);
        await application.Services.GetRequiredService<ClusterMembership>().EnterAsync(cancellationToken);
        return 0;
    }

    public static async Task<int> CleanUpAsync(string nodeName, Uri? docker, CancellationToken cancellationToken)
    {
        using var client = DockerEngine.Connect(docker);
        await new NodeCleanup(client, nodeName, Console.Out).RunAsync(cancellationToken);
        return 0;
    }

    private static WebApplication Build(AgentOptions options)
    {
        ProcessKeys.Select(options.Tls);
        CreateHome(options.Home);
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders().AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.UseUtcTimestamp = true;
            console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
        });
        builder.Logging.AddFilter("Orleans", LogLevel.Warning).AddFilter("Microsoft", LogLevel.Warning).AddFilter("Polly", LogLevel.None);
        builder.Host.UseSystemd().UseWindowsService();
        builder.Services.Configure<HostOptions>(host =>
        {
            host.ServicesStartConcurrently = true;
            host.ShutdownTimeout = TimeSpan.FromSeconds(10);
        });
        if (options.DockerEndpoint is { } docker)
        {
            builder.Configuration[$"{DockerOptions.Section}:{nameof(DockerOptions.Endpoint)}"] = docker.ToString();
        }

        builder.Configuration[$"{PodOptions.Section}:{nameof(PodOptions.NodeName)}"] = options.NodeName;
        builder.Configuration[$"{PodOptions.Section}:{nameof(PodOptions.RootDirectory)}"] = options.Home;
        builder.Configuration[$"{PodOptions.Section}:{nameof(PodOptions.HostAddress)}"] = NodeAddresses.Internal(options).ToString();
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.AddRegistration(options.Tls);
        builder.Services.AddNodeNetwork(network => network.DockerEndpoint = options.DockerEndpoint);
        builder.Services.AddNodePods(builder.Configuration);
        builder.Services.AddHostedService<PlatformNotice>();
        builder.Services.AddHostedService<HeapTrimmer>();
        ListenHttps(builder, options);

        var application = builder.Build();
        application.MapNodeEndpoints();
        return application;
    }

    private static void CreateHome(string home)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(home);
        }
        else if (!Directory.Exists(home))
        {
            Directory.CreateDirectory(home, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    /// <summary>The agent's own endpoint. Whoever calls has to be an administrator or the API: logs and exec are as good as the node.</summary>
    private static void ListenHttps(WebApplicationBuilder builder, AgentOptions options) => builder.WebHost.ConfigureKestrel(kestrel =>
    {
        kestrel.AddServerHeader = false;
        kestrel.ListenAnyIP(options.Port, listen =>
        {
            kestrel.ApplicationServices.GetRequiredService<INodeTls>().Listen(listen);
        });
    });
}
