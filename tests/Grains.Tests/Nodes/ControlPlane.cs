using System.Text;
using System.Text.Json.Nodes;
using Crescent.Grains.Mutation;
using Crescent.Grains.Nodes;
using Crescent.Grains.Reconciling;
using Crescent.Grains.Resources.Storage;
using Crescent.Grains.Scheduling;
using Crescent.Grains.Tests.Storage;
using Crescent.Identity;
using Crescent.Resources;
using Crescent.Testing.Resources;
using Crescent.Watching;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Crescent.Grains.Tests.Nodes;

/// <summary>One silo with the whole control plane behind the API, over SQLite; shared by a class, whose tests use their own names.</summary>
public sealed class ControlPlane(TestDatabase database) : IAsyncLifetime
{
    public static readonly MutationContext Admin = new() { User = "kubernetes-admin", Groups = ["system:masters"], FieldManager = "test" };
    private ResourceCluster? _cluster;

    public IGrainFactory Grains => _cluster!.Grains;

    public IResourceCaches Caches => _cluster!.Caches;

    /// <summary>Short on purpose: what has to be seen is that it happens.</summary>
    public static TimeSpan GracePeriod { get; } = TimeSpan.FromSeconds(1.5);

    public async ValueTask InitializeAsync()
    {
        _cluster = await ResourceCluster.StartAsync(await database.CreateAsync(StoreKind.Sqlite), configureSilo: static silo =>
        {
            silo.Services.RemoveAll<IMutationPipeline>();
            silo.Services.AddMutation();
            silo.AddMemoryGrainStorageAsDefault();
            silo.UseInMemoryReminderService();
            silo.AddReconcilers();
            silo.AddScheduling();
            silo.AddNodes(static options =>
            {
                options.GracePeriod = GracePeriod;
                options.KubeletGracePeriod = GracePeriod;
                options.HeartbeatInterval = TimeSpan.FromMilliseconds(300);
                options.StartupGracePeriod = GracePeriod;
            });
        });
        await WaitAsync(KnownTypes.Namespaces, static view => view.TryGet("", "default", out _));
        await WaitAsync(KnownTypes.ServiceAccounts, static view => view.TryGet("default", "default", out _));
    }

    public async ValueTask DisposeAsync()
    {
        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }
    }

    public async Task<ResourceSnapshot> CreateAsync(ResourceType type, JsonObject body)
    {
        var key = new ResourceKey(type, (string?)body["metadata"]!["namespace"] ?? "", (string)body["metadata"]!["name"]!);
        var result = await Grains.GetResourceGrain(key).CreateAsync(new() { Context = Admin, Body = Encoding.UTF8.GetBytes(body.ToJsonString()) });
        return result.Snapshot ?? throw new InvalidOperationException(result.Error!.Message);
    }

    public Task<ResourceSnapshot> CreatePodAsync(string name, Action<JsonObject>? change = null)
    {
        var spec = new JsonObject { ["containers"] = new JsonArray(new JsonObject { ["name"] = "c", ["image"] = "registry/app:1" }) };
        change?.Invoke(spec);
        return CreateAsync(KnownTypes.Pods, new()
        {
            ["apiVersion"] = "v1", ["kind"] = "Pod", ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = "default" }, ["spec"] = spec,
        });
    }

    public async Task<ResourceSnapshot> PatchAsync(ResourceKey key, string patch, string subresource = "")
    {
        var result = await Grains.GetResourceGrain(key).PatchAsync(new()
        {
            Context = new() { User = Admin.User, Groups = Admin.Groups, Subresource = subresource }, Kind = PatchKind.Merge, Body = Encoding.UTF8.GetBytes(patch),
        });
        return result.Snapshot ?? throw new InvalidOperationException(result.Error!.Message);
    }

    public Task<MutationResult> DeleteAsync(ResourceKey key, long? gracePeriod = null) =>
        Grains.GetResourceGrain(key).DeleteAsync(new() { Context = Admin, GracePeriodSeconds = gracePeriod });

    /// <summary>Waits until the type's cache satisfies <paramref name="condition"/>.</summary>
    public async Task<IResourceView> WaitAsync(ResourceType type, Func<IResourceView, bool> condition)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var cache = Caches.Get(type);
        await cache.WaitUntilLoadedAsync(timeout.Token);
        while (true)
        {
            var view = cache.Current;
            if (condition(view))
            {
                return view;
            }

            using var subscription = cache.Subscribe(view.Version);
            if (subscription is not null)
            {
                await subscription.ReadAsync(timeout.Token);
            }
        }
    }

    /// <summary>Waits until the object satisfies <paramref name="condition"/> (null when it is not there); returns it.</summary>
    public async Task<JsonObject?> WaitAsync(ResourceKey key, Func<JsonObject?, bool> condition)
    {
        JsonObject? found = null;
        await WaitAsync(key.Type, view =>
        {
            found = view.TryGet(key.Namespace, key.Name, out var snapshot) ? (JsonObject)JsonNode.Parse(snapshot.Body)! : null;
            return condition(found);
        });
        return found;
    }

    public static ResourceKey Pod(string name) => new(KnownTypes.Pods, "default", name);

    public static ResourceKey Node(string name) => new(KnownTypes.Nodes, "", name);

    public static string? Condition(JsonObject? body, string type, string field = "status") =>
        (string?)(body?["status"]?["conditions"] as JsonArray)?.OfType<JsonObject>().FirstOrDefault(condition => (string?)condition["type"] == type)?[field];
}
