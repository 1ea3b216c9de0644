using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using Crescent.Identity;
using Crescent.Nodes;
using Crescent.Resources;

namespace Crescent.Testing.HollowNodes;

/// <summary>
/// A node without containers behind the real contract: registers, heartbeats, takes its assignments, calls pods Running at once and ends
/// them when they are deleted.
/// </summary>
public sealed class HollowNode : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly HollowNodeOptions _options;
    private readonly TimeProvider _time;
    private readonly INodeGrain _grain;
    private Task _loops = Task.CompletedTask;

    private HollowNode(IGrainFactory grains, string name, HollowNodeOptions options, TimeProvider time)
    {
        Name = name;
        _options = options;
        _time = time;
        _grain = grains.GetGrain<INodeGrain>(name);
    }

    public string Name { get; }

    /// <summary>Changes with every start, as an agent's does.</summary>
    public string AgentId { get; private set; } = Guid.NewGuid().ToString("N");

    public NodeRegistrationResult? Registration { get; private set; }

    /// <summary>Figures sent with each heartbeat.</summary>
    public NodeStats? Stats { get; set; }

    /// <summary>Everything the assignments feed shows at the moment.</summary>
    public ConcurrentDictionary<ResourceKey, ResourceSnapshot> Assignments { get; } = new();

    /// <summary>Registers, then lives until disposed.</summary>
    public static async Task<HollowNode> StartAsync(
        IGrainFactory grains, string name, HollowNodeOptions? options = null, TimeProvider? time = null)
    {
        var node = new HollowNode(grains, name, options ?? new(), time ?? TimeProvider.System);
        await node.RegisterAsync();
        node._loops = Task.WhenAll(node.HeartbeatAsync(), node.WorkAsync());
        return node;
    }

    /// <summary>Registers without living: no heartbeats, no work.</summary>
    public static async Task<HollowNode> RegisterOnlyAsync(IGrainFactory grains, string name, HollowNodeOptions? options = null)
    {
        var node = new HollowNode(grains, name, options ?? new(), TimeProvider.System);
        await node.RegisterAsync();
        return node;
    }

    public async Task RegisterAsync()
    {
        Registration = await _grain.RegisterAsync(new() { AgentId = AgentId, Node = Encode(Describe()) });
        if (Registration.Error is { } error)
        {
            throw new InvalidOperationException($"Node {Name} was refused: {error.Message}");
        }
    }

    public Task<HeartbeatReply> BeatAsync(JsonObject? status = null) =>
        _grain.HeartbeatAsync(new() { AgentId = AgentId, Status = status is null ? [] : Encode(status), Stats = Stats });

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _loops;
        _stopping.Dispose();
    }

    private static byte[] Encode(JsonObject body) => Encoding.UTF8.GetBytes(body.ToJsonString());

    private JsonObject Describe()
    {
        var labels = new JsonObject { ["kubernetes.io/hostname"] = Name, ["kubernetes.io/os"] = "linux", ["kubernetes.io/arch"] = "amd64" };
        foreach (var (key, value) in _options.Labels)
        {
            labels[key] = value;
        }

        var resources = new JsonObject { ["cpu"] = _options.Cpu, ["memory"] = _options.Memory, ["pods"] = _options.Pods.ToString(System.Globalization.CultureInfo.InvariantCulture) };
        return new()
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Node",
            ["metadata"] = new JsonObject { ["name"] = Name, ["labels"] = labels },
            ["status"] = new JsonObject
            {
                ["capacity"] = resources,
                ["allocatable"] = resources.DeepClone(),
                ["addresses"] = new JsonArray(new JsonObject { ["type"] = "Hostname", ["address"] = Name }),
                ["conditions"] = Conditions(),
            },
        };
    }

    private static JsonArray Conditions() => new(
        new JsonObject { ["type"] = "Ready", ["status"] = "True", ["reason"] = "KubeletReady", ["message"] = "kubelet is posting ready status" },
        new JsonObject { ["type"] = "MemoryPressure", ["status"] = "False", ["reason"] = "KubeletHasSufficientMemory", ["message"] = "enough" });

    private async Task HeartbeatAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(Registration!.HeartbeatInterval, _time, _stopping.Token);
                if ((await BeatAsync()).MustRegister)
                {
                    await RegisterAsync();
                }
            }
            catch (Exception) when (_stopping.IsCancellationRequested)
            {
            }
            catch (Exception exception)
            {
                await Console.Error.WriteLineAsync($"hollow node {Name}: {exception.Message}");
            }
        }
    }

    private async Task WorkAsync()
    {
        var cursor = FeedCursor.Start;
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                var page = await _grain.ReadAssignmentsAsync(cursor, TimeSpan.FromSeconds(20), _stopping.Token);
                Take(page);
                if (_options.RunsPods)
                {
                    await ReportAsync(page);
                }

                cursor = page.Next;
            }
            catch (Exception) when (_stopping.IsCancellationRequested)
            {
            }
            catch (Exception exception)
            {
                await Console.Error.WriteLineAsync($"hollow node {Name}: {exception.Message}");
                await Task.Delay(TimeSpan.FromMilliseconds(100), _time, CancellationToken.None);
            }
        }
    }

    private void Take(FeedPage page)
    {
        if (page.IsFull)
        {
            Assignments.Clear();
        }

        foreach (var snapshot in page.Changed)
        {
            Assignments[snapshot.Key] = snapshot;
        }

        foreach (var key in page.Removed)
        {
            Assignments.TryRemove(key, out _);
        }
    }

    private async Task ReportAsync(FeedPage page)
    {
        var reports = page.Changed
            .Where(static snapshot => snapshot.Key.Type == KnownTypes.Pods)
            .Where(static pod => pod.DeletionTimestamp is not null || pod.Fields.GetValueOrDefault("status.phase") is null or "Pending")
            .Select(Report)
            .ToImmutableArray();
        if (!reports.IsEmpty)
        {
            await _grain.ReportPodStatusesAsync(reports, _stopping.Token);
        }
    }

    /// <summary>The report of a pod whose containers all run, or have all ended when it is being deleted.</summary>
    public static PodStatusReport Report(ResourceSnapshot pod)
    {
        var isEnding = pod.DeletionTimestamp is not null;
        var ready = isEnding ? "False" : "True";
        return new()
        {
            Pod = pod.Key,
            Uid = pod.Uid,
            IsTerminated = isEnding,
            Status = Encode(new()
            {
                ["phase"] = isEnding ? "Succeeded" : "Running",
                ["conditions"] = new JsonArray(
                    new JsonObject { ["type"] = "Initialized", ["status"] = "True" },
                    new JsonObject { ["type"] = "Ready", ["status"] = ready },
                    new JsonObject { ["type"] = "ContainersReady", ["status"] = ready }),
            }),
        };
    }
}
