using System.Text.Json.Nodes;
using Crescent.Identity;
using Crescent.NodeAgent.Networks;
using Crescent.NodeAgent.Pods;
using Crescent.NodeAgent.Registration;
using Crescent.NodeAgent.Runtimes;
using Crescent.NodeAgent.Streaming;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Crescent.NodeAgent.Tests.Pods;

/// <summary>The pod side of an agent on the real engine, against a fake control plane. Everything it leaves is removed at the end.</summary>
internal sealed class TestNode : IAsyncDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("crescent-pods-").FullName;
    private readonly string _name = "test-" + Guid.NewGuid().ToString("N")[..8];
    private readonly Dictionary<string, string?> _settings;
    private WebApplication _host;

    private TestNode(Dictionary<string, string?> settings)
    {
        _settings = settings;
        _host = Build();
    }

    public FakeNodeGrain Cluster { get; } = new();

    public IServiceProvider Services => _host.Services;

    /// <summary>Where the agent's endpoints listen, <c>http://127.0.0.1:PORT</c>.</summary>
    public Uri Address => new(_host.Urls.First());

    public IContainerRuntime Runtime => Services.GetRequiredService<IContainerRuntime>();

    public static async Task<TestNode> StartAsync(Dictionary<string, string?>? settings = null)
    {
        var node = new TestNode(settings ?? []);
        await node._host.StartAsync();
        return node;
    }

    /// <summary>The agent ends and another takes its place; containers are not touched.</summary>
    public async Task RestartAsync()
    {
        await _host.StopAsync();
        await _host.DisposeAsync();
        _host = Build();
        await _host.StartAsync();
    }

    /// <summary>Assigns a pod; returns its key.</summary>
    public ResourceKey Run(JsonObject pod)
    {
        Cluster.Put(KnownTypes.Pods, pod);
        return new ResourceKey(KnownTypes.Pods, "default", pod["metadata"]!["name"]!.GetValue<string>());
    }

    /// <summary>Asks for the deletion of a pod.</summary>
    public void Delete(JsonObject pod, int grace)
    {
        pod["metadata"]!["deletionTimestamp"] = "2026-01-01T00:00:00Z";
        pod["metadata"]!["deletionGracePeriodSeconds"] = grace;
        Cluster.Put(KnownTypes.Pods, pod);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var pod in Services.GetRequiredService<Crescent.NodeAgent.Assignments.AssignmentState>().Pods)
        {
            Cluster.Delete(pod.Key);
        }

        await _host.StopAsync();
        var left = await Runtime.ListAsync();
        foreach (var id in left.Containers.Select(static container => container.Id).Concat(left.Sandboxes.Select(static sandbox => sandbox.Id)))
        {
            await Runtime.RemoveContainerAsync(id);
        }

        await _host.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    private WebApplication Build()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(_settings);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.Ordinal) { ["Pods:RootDirectory"] = _directory, ["Pods:NodeName"] = _name });
        builder.Services.AddSingleton<INodeLink>(new FakeNodeLink(_name, Cluster));
        builder.Services.AddSingleton<IPodNetwork, BridgeNetwork>();
        builder.Services.AddSingleton<IPodDns, PlainDns>();
        builder.Services.AddNodePods(builder.Configuration);
        builder.Logging.SetMinimumLevel(LogLevel.Debug);
        builder.Logging.AddProvider(new TestLog(TestContext.Current.TestOutputHelper));
        var application = builder.Build();
        application.MapNodeEndpoints();
        return application;
    }
}
