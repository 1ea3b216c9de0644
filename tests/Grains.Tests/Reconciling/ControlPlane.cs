using System.Text;
using System.Text.Json.Nodes;
using Crescent.Grains.Mutation;
using Crescent.Grains.Reconciling;
using Crescent.Grains.Resources;
using Crescent.Grains.Resources.Storage;
using Crescent.Grains.Nodes.Lifecycle;
using Crescent.Identity;
using Crescent.Resources;
using Crescent.Watching;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.TestingHost;
using Xunit;

namespace Crescent.Grains.Tests.Reconciling;

/// <summary>
/// A silo with the real core on SQLite, the mutation pipeline and all reconcilers, and a stand-in for kubelets: pods become ready, and
/// go when they are deleted. Shared by the tests of a class; each uses its own namespace.
/// </summary>
public class ControlPlane : IAsyncLifetime
{
    private readonly string _directory = Directory.CreateTempSubdirectory("crescent-reconcilers-").FullName;
    private readonly CancellationTokenSource _stop = new();
    private InProcessTestCluster _cluster = null!;
    private Task _kubelets = Task.CompletedTask;
    private int _names;

    public IResourceCaches Caches { get; private set; } = null!;

    /// <summary>Silos to start; tests and kubelets read through the first one.</summary>
    protected virtual short SiloCount => 1;

    /// <summary>What a test's silos have more, or otherwise.</summary>
    protected virtual void Configure(ISiloBuilder silo)
    {
    }

    /// <summary>Pods with this label stay as they are.</summary>
    public const string UnmanagedLabel = "unmanaged";

    public async ValueTask InitializeAsync()
    {
        var builder = new InProcessTestClusterBuilder(SiloCount);
        builder.ConfigureSilo((_, silo) =>
        {
            silo.AddMemoryGrainStorageAsDefault();
            silo.AddResourceCore(store => store.ConnectionString = $"Data Source={Path.Combine(_directory, "store.db")}");
            silo.Services.AddMutation();
            silo.AddReconcilers();
            silo.Services.Configure<Crescent.Grains.Bootstrap.ApiEndpointsOptions>(options => options.Addresses.Add("192.0.2.1"));
            silo.Services.Configure<Crescent.Grains.Identity.RootCertificateOptions>(options => options.CertificatePem = static () => "PEM");
            silo.Services.Configure<NodeLifecycleOptions>(options => options.MissingNodeQuarantine = TimeSpan.FromMilliseconds(50));
            silo.Configure<ClusterMembershipOptions>(membership =>
            {
                membership.ProbeTimeout = TimeSpan.FromSeconds(1);
                membership.NumMissedProbesLimit = 2;
            });
            silo.Services.AddLogging(logging => logging.AddConsole().SetMinimumLevel(LogLevel.Warning));
            Configure(silo);
        });
        _cluster = builder.Build();
        await _cluster.DeployAsync();
        Caches = _cluster.GetSiloServiceProvider(_cluster.Silos[0].SiloAddress).GetRequiredService<IResourceCaches>();
        _kubelets = RunKubeletsAsync();
        await WaitAsync(KnownTypes.ServiceAccounts, view => view.TryGet("default", "default", out _));
    }

    /// <summary>Stops the first silo as a SIGTERM does.</summary>
    public Task StopFirstSiloAsync() => _cluster.StopSiloAsync(_cluster.Silos[0]);

    /// <summary>Stops the newest silo in the same way.</summary>
    public Task StopLastSiloAsync() => _cluster.StopSiloAsync(_cluster.Silos[^1]);

    /// <summary>A service of the first silo.</summary>
    internal T Service<T>() where T : notnull => _cluster.GetSiloServiceProvider(_cluster.Silos[0].SiloAddress).GetRequiredService<T>();

    internal T Grain<T>(string type, string key) where T : IGrainWithStringKey => _cluster.Client.GetGrain<T>(GrainId.Create(type, key));

    /// <summary>Ends the newest silo without a farewell.</summary>
    public Task KillLastSiloAsync() => _cluster.KillSiloAsync(_cluster.Silos[^1]);

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await _stop.CancelAsync();
        await _kubelets;
        await _cluster.DisposeAsync();
        _stop.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    /// <summary>A new namespace, ready for pods.</summary>
    public async Task<string> CreateNamespaceAsync()
    {
        var name = $"test-{Interlocked.Increment(ref _names)}";
        await CreateAsync(KnownTypes.Namespaces, "", $$"""{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"{{name}}"} }""");
        await WaitAsync(KnownTypes.ServiceAccounts, view => view.TryGet(name, "default", out _));
        return name;
    }

    public async Task<ResourceSnapshot> CreateAsync(ResourceType type, string ns, string json)
    {
        var body = JsonNode.Parse(json)!;
        var key = new ResourceKey(type, ns, (string)body["metadata"]!["name"]!);
        return Succeeded(await Grain(key).CreateAsync(new() { Context = Admin(), Body = Encoding.UTF8.GetBytes(json) }));
    }

    public async Task<ResourceSnapshot> PatchAsync(ResourceKey key, string json, string subresource = "") =>
        Succeeded(await Grain(key).PatchAsync(
            new() { Context = Admin(subresource), Kind = PatchKind.Merge, Body = Encoding.UTF8.GetBytes(json) }));

    public async Task DeleteAsync(ResourceKey key, DeletionPropagation propagation = DeletionPropagation.Default) =>
        Succeeded(await Grain(key).DeleteAsync(new() { Context = Admin(), Propagation = propagation }));

    /// <summary>Follows the cache until the state is as wanted; the level is checked after every change, so nothing is missed.</summary>
    public async Task<IResourceView> WaitAsync(ResourceType type, Func<IResourceView, bool> isWanted)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        var cache = Caches.Get(type);
        await cache.WaitUntilLoadedAsync(timeout.Token);
        while (true)
        {
            var view = cache.Current;
            if (isWanted(view))
            {
                return view;
            }

            using var subscription = cache.Subscribe(view.Version);
            if (subscription is null)
            {
                continue;
            }

            try
            {
                await subscription.ReadAsync(timeout.Token);
            }
            catch (OperationCanceledException)
            {
                Assert.Fail($"{type} did not become as wanted: " + string.Join("\n", cache.Current.Enumerate().Select(item => Encoding.UTF8.GetString(item.Body))));
            }
        }
    }

    public Task<IResourceView> WaitGoneAsync(ResourceKey key) => WaitAsync(key.Type, view => !view.TryGet(key.Namespace, key.Name, out _));

    private ResourceReference Grain(ResourceKey key) => _cluster.Client.GetResourceGrain(key);

    private async Task RunKubeletsAsync()
    {
        var cache = Caches.Get(KnownTypes.Pods);
        try
        {
            await cache.WaitUntilLoadedAsync(_stop.Token);
            using var subscription = cache.Subscribe(cache.Current.Version)!;
            while (!_stop.IsCancellationRequested)
            {
                await Task.WhenAll((await subscription.ReadAsync(_stop.Token))
                    .Where(change => change.Kind == ResourceEventKind.Added || change.Current.DeletionTimestamp is not null)
                    .Where(change => change.Kind != ResourceEventKind.Deleted && !change.Current.Labels.ContainsKey(UnmanagedLabel))
                    .Select(change => ServeAsync(change.Current)));
            }
        }
        catch (OperationCanceledException)
        {
            // The cluster stops.
        }
    }

    /// <summary>As a kubelet does, tries again while silos come and go.</summary>
    private async Task ServeAsync(ResourceSnapshot pod)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await ServeOnceAsync(pod);
                return;
            }
            catch (Exception problem) when (problem is OrleansException or TimeoutException)
            {
                await Task.Yield();
            }
        }
    }

    private async Task ServeOnceAsync(ResourceSnapshot pod)
    {
        if (pod.DeletionTimestamp is not null)
        {
            await Grain(pod.Key).DeleteAsync(new() { Context = Admin(), GracePeriodSeconds = 0 });
            return;
        }

        var index = Interlocked.Increment(ref _names);
        var status = $$"""
            {"status":{"phase":"Running","podIP":"10.244.{{index / 250}}.{{(index % 250) + 1}}",
             "conditions":[{"type":"Ready","status":"True","lastTransitionTime":"2026-01-01T00:00:00Z"}]} }
            """;
        await Grain(pod.Key).PatchAsync(
            new() { Context = Admin("status"), Kind = PatchKind.Merge, Body = Encoding.UTF8.GetBytes(status) });
    }

    private static MutationContext Admin(string subresource = "") => MutationContext.ForController("test", subresource);

    private static ResourceSnapshot Succeeded(MutationResult result)
    {
        Assert.True(result.IsSuccess, result.Error?.Message);
        return result.Snapshot!;
    }
}
