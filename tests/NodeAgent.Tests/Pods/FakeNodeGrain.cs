using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using Crescent.Identity;
using Crescent.Nodes;
using Crescent.Resources;

namespace Crescent.NodeAgent.Tests.Pods;

/// <summary>A control plane of one node: holds objects, takes statuses and removes pods whose end was reported.</summary>
internal sealed class FakeNodeGrain : INodeGrain
{
    private readonly Lock _gate = new();
    private readonly Dictionary<ResourceKey, ResourceSnapshot> _objects = [];
    private readonly Dictionary<ResourceKey, JsonObject> _statuses = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _version;

    public ConcurrentQueue<NodeEvent> Events { get; } = new();

    public ConcurrentQueue<PodStatusReport> Reports { get; } = new();

    public void Put(ResourceType type, JsonObject body)
    {
        var metadata = body["metadata"]!;
        var key = new ResourceKey(type, metadata["namespace"]!.GetValue<string>(), metadata["name"]!.GetValue<string>());
        lock (_gate)
        {
            metadata["uid"] ??= Guid.NewGuid().ToString();
            _version++;
            _objects[key] = new ResourceSnapshot
            {
                Key = key,
                Uid = metadata["uid"]!.GetValue<string>(),
                Version = default,
                Body = Encoding.UTF8.GetBytes(body.ToJsonString()),
            };
            Signal();
        }
    }

    public void Delete(ResourceKey key)
    {
        lock (_gate)
        {
            _objects.Remove(key);
            _version++;
            Signal();
        }
    }

    public JsonObject? StatusOf(ResourceKey pod)
    {
        lock (_gate)
        {
            return _statuses.GetValueOrDefault(pod);
        }
    }

    /// <summary>Waits until the status of a pod is as wanted.</summary>
    public Task<JsonObject> WaitForStatusAsync(ResourceKey pod, Func<JsonObject, bool> isWanted, CancellationToken cancellationToken) =>
        WaitForAsync(() => _statuses.GetValueOrDefault(pod) is { } status && isWanted(status) ? status : null, () => $"{pod}: {_statuses.GetValueOrDefault(pod)}", cancellationToken);

    public Task WaitForRemovalAsync(ResourceKey pod, CancellationToken cancellationToken) =>
        WaitForAsync(() => _objects.ContainsKey(pod) ? null : "gone", () => $"{pod} is still there: {_statuses.GetValueOrDefault(pod)}", cancellationToken);

    public Task<NodeEvent> WaitForEventAsync(Func<NodeEvent, bool> isWanted, CancellationToken cancellationToken) =>
        WaitForAsync(() => Events.FirstOrDefault(isWanted), () => string.Join('\n', Events.Select(item => $"{item.Reason}: {item.Message}")), cancellationToken);

    public async Task<FeedPage> ReadAssignmentsAsync(FeedCursor after, TimeSpan wait, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (after.Epoch != "fake" || after.Position != _version)
                {
                    return new FeedPage { Next = new FeedCursor { Epoch = "fake", Position = _version }, IsFull = true, Changed = [.. _objects.Values] };
                }

                changed = _changed.Task;
            }

            await changed.WaitAsync(cancellationToken);
        }
    }

    public Task<ImmutableArray<ResourceError?>> ReportPodStatusesAsync(ImmutableArray<PodStatusReport> reports, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            foreach (var report in reports)
            {
                Reports.Enqueue(report);
                var status = JsonNode.Parse(report.Status)!.AsObject();
                _statuses[report.Pod] = status;
                if (_objects.TryGetValue(report.Pod, out var stored) && stored.Uid == report.Uid)
                {
                    var body = JsonNode.Parse(stored.Body)!.AsObject();
                    body["status"] = status.DeepClone();
                    _objects[report.Pod] = new ResourceSnapshot { Key = stored.Key, Uid = stored.Uid, Version = default, Body = Encoding.UTF8.GetBytes(body.ToJsonString()) };
                    if (report.IsTerminated)
                    {
                        _objects.Remove(report.Pod);
                    }

                    _version++;
                }
            }

            Signal();
        }

        return Task.FromResult(reports.Select(static _ => (ResourceError?)null).ToImmutableArray());
    }

    public Task<PodToken> CreatePodTokenAsync(PodTokenRequest request, CancellationToken cancellationToken = default) =>
        Task.FromResult(new PodToken { Token = $"token-of-{request.PodName}-for-{request.Audience}", Expires = DateTimeOffset.UtcNow.AddHours(1) });

    public Task RecordEventsAsync(ImmutableArray<NodeEvent> events, CancellationToken cancellationToken = default)
    {
        foreach (var item in events)
        {
            Events.Enqueue(item);
        }

        lock (_gate)
        {
            Signal();
        }

        return Task.CompletedTask;
    }

    public Task<NodeRegistrationResult> RegisterAsync(NodeRegistration registration, CancellationToken cancellationToken = default) =>
        Task.FromResult(new NodeRegistrationResult());

    public Task ForgetVolumesAsync(ImmutableArray<string> names, CancellationToken cancellationToken = default) => Task.CompletedTask;

    public Task<HeartbeatReply> HeartbeatAsync(NodeHeartbeat heartbeat, CancellationToken cancellationToken = default) => Task.FromResult(new HeartbeatReply());

    public async Task<FeedPage> ReadNetworkAsync(FeedCursor after, TimeSpan wait, CancellationToken cancellationToken = default)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        return new FeedPage { Next = after, IsFull = false };
    }

    public Task<NodeStats?> GetStatsAsync(CancellationToken cancellationToken = default) => Task.FromResult<NodeStats?>(null);

    private async Task<T> WaitForAsync<T>(Func<T?> find, Func<string> describe, CancellationToken cancellationToken)
        where T : class
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (find() is { } found)
                {
                    return found;
                }

                changed = _changed.Task;
            }

            try
            {
                await changed.WaitAsync(cancellationToken);
            }
            catch (OperationCanceledException)
            {
                lock (_gate)
                {
                    throw new TimeoutException(describe());
                }
            }
        }
    }

    private void Signal()
    {
        var waiting = _changed;
        _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        waiting.SetResult();
    }
}
