using System.Collections.Immutable;
using Crescent.Identity;
using Crescent.Nodes;
using Crescent.Resources;

namespace Crescent.NodeAgent.Tests.Networks;

/// <summary>The network feed of a cluster that is a list in memory.</summary>
internal sealed class FakeNodeGrain : INodeGrain
{
    private readonly Lock _lock = new();
    private readonly List<(long Position, ResourceKey Key, ResourceSnapshot? Object)> _log = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Set to make every read fail, as while the cluster is away.</summary>
    public bool IsUnreachable { get; set; }

    public void Put(params IEnumerable<ResourceSnapshot> objects) => Append(objects.Select(item => (item.Key, (ResourceSnapshot?)item)));

    public void Remove(ResourceKey key) => Append([(key, null)]);

    public async Task<FeedPage> ReadNetworkAsync(FeedCursor after, TimeSpan wait, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                if (IsUnreachable)
                {
                    throw new TimeoutException("The cluster is away");
                }

                var isFull = after.Epoch != "test";
                var news = _log.Where(entry => isFull || entry.Position > after.Position)
                    .GroupBy(entry => entry.Key).Select(group => group.Last()).ToArray();
                if (isFull || news.Length > 0)
                {
                    return new FeedPage
                    {
                        Next = new FeedCursor { Epoch = "test", Position = _log.Count },
                        IsFull = isFull,
                        Changed = [.. news.Select(entry => entry.Object).OfType<ResourceSnapshot>()],
                        Removed = isFull ? [] : [.. news.Where(entry => entry.Object is null).Select(entry => entry.Key)],
                    };
                }

                changed = _changed.Task;
            }

            await changed.WaitAsync(cancellationToken);
        }
    }

    public Task<NodeRegistrationResult> RegisterAsync(NodeRegistration registration, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public Task ForgetVolumesAsync(ImmutableArray<string> names, CancellationToken cancellationToken = default) => Task.CompletedTask;

    public Task<HeartbeatReply> HeartbeatAsync(NodeHeartbeat heartbeat, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public Task<FeedPage> ReadAssignmentsAsync(FeedCursor after, TimeSpan wait, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public Task<ImmutableArray<ResourceError?>> ReportPodStatusesAsync(
        ImmutableArray<PodStatusReport> reports, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public Task<PodToken> CreatePodTokenAsync(PodTokenRequest request, CancellationToken cancellationToken = default) =>
        Task.FromResult(new PodToken { Token = $"token-of-{request.PodName}-for-{request.Audience}", Expires = DateTimeOffset.UtcNow.AddHours(1) });

    public Task RecordEventsAsync(ImmutableArray<NodeEvent> events, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public Task<NodeStats?> GetStatsAsync(CancellationToken cancellationToken = default) => throw new NotSupportedException();

    private void Append(IEnumerable<(ResourceKey Key, ResourceSnapshot? Object)> changes)
    {
        TaskCompletionSource changed;
        lock (_lock)
        {
            foreach (var (key, item) in changes)
            {
                _log.Add((_log.Count + 1, key, item));
            }

            changed = _changed;
            _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        changed.SetResult();
    }
}
