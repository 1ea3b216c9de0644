using System.Collections.Immutable;
using Crescent.Grains.Watching;
using Crescent.Identity;
using Crescent.Nodes;
using Crescent.Resources;
using Crescent.Watching;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Crescent.Grains.Nodes;

/// <summary>
/// Feeds of all nodes whose grains live on this silo. One subscription per type for all of them: a change goes to the nodes it concerns
/// and costs the others nothing.
/// </summary>
internal sealed partial class NodeFeeds(IResourceCaches caches, IHostApplicationLifetime lifetime, ILogger<NodeFeeds> logger)
{
    private static readonly ResourceType[] ReferencedTypes =
        [KnownTypes.ConfigMaps, KnownTypes.Secrets, KnownTypes.ServiceAccounts, KnownTypes.PersistentVolumeClaims, KnownTypes.PersistentVolumes];

    private static readonly ResourceType[] NetworkTypes = [KnownTypes.Services, KnownTypes.EndpointSlices, KnownTypes.Nodes];
    private readonly Lock _lock = new();
    private readonly Dictionary<string, AssignmentFeed> _feeds = new(StringComparer.Ordinal);
    private readonly Dictionary<ResourceKey, HashSet<AssignmentFeed>> _users = [];
    private readonly NetworkFeed _network = new();
    private Task? _assignmentsLoaded;
    private Task? _networkLoaded;

    /// <summary>The feed of a node, filled; it follows until <see cref="Detach"/>.</summary>
    public async Task<AssignmentFeed> AttachAsync(string nodeName, CancellationToken cancellationToken)
    {
        await EnsureAssignments().WaitAsync(cancellationToken);
        var feed = new AssignmentFeed(nodeName);
        lock (_lock)
        {
            Drop_NeedsLock(nodeName);
            _feeds[nodeName] = feed;
        }

        await SetPodsAsync(caches.Get(KnownTypes.Pods).Current.OnNode(nodeName).Select(pod => (feed, pod)).ToArray(), cancellationToken);
        return feed;
    }

    public void Detach(AssignmentFeed feed)
    {
        lock (_lock)
        {
            if (_feeds.GetValueOrDefault(feed.NodeName) == feed)
            {
                Drop_NeedsLock(feed.NodeName);
            }
        }
    }

    /// <summary>Services, EndpointSlices and Nodes: one feed for all nodes.</summary>
    public async Task<ObjectFeed> GetNetworkAsync(CancellationToken cancellationToken)
    {
        Task loaded;
        lock (_lock)
        {
            loaded = _networkLoaded ??= Follow(NetworkTypes, _network.ResetAsync, _network.ApplyAsync);
        }

        await loaded.WaitAsync(cancellationToken);
        return _network.Objects;
    }

    private Task EnsureAssignments()
    {
        lock (_lock)
        {
            return _assignmentsLoaded ??= Task.WhenAll(
                Follow([KnownTypes.Pods], (_, view) => ResetPodsAsync(view), ApplyPodsAsync),
                Follow(ReferencedTypes, (type, view) => ResetReferencesAsync(type, view), ApplyReferencesAsync));
        }
    }

    /// <summary>Starts followers; completes when each has taken its first whole state.</summary>
    private Task Follow(ResourceType[] types, Func<ResourceType, IResourceView, Task> reset, Func<IReadOnlyList<ResourceChange>, Task> apply)
    {
        return Task.WhenAll(types.Select(StartAsync).ToArray());

        async Task StartAsync(ResourceType type)
        {
            var loaded = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _ = Task.Run(() => RunAsync(type, loaded));
            await loaded.Task;
        }

        async Task RunAsync(ResourceType type, TaskCompletionSource loaded)
        {
            while (!lifetime.ApplicationStopping.IsCancellationRequested)
            {
                try
                {
                    await CacheFollower.FollowAsync(
                        caches, type,
                        async view =>
                        {
                            await reset(type, view);
                            loaded.TrySetResult();
                        },
                        apply, lifetime.ApplicationStopping);
                }
                catch (Exception exception)
                {
                    LogFollowFailed(logger, exception, type);
                }
            }
        }
    }

    private async Task ResetPodsAsync(IResourceView view)
    {
        (AssignmentFeed Feed, ResourceSnapshot Pod)[] present;
        lock (_lock)
        {
            present = [.. _feeds.Values.SelectMany(feed => view.OnNode(feed.NodeName).Select(pod => (feed, pod)))];
            foreach (var feed in _feeds.Values)
            {
                var gone = feed.Pods.ToHashSet();
                gone.ExceptWith(present.Where(item => item.Feed == feed).Select(static item => item.Pod.Key));
                foreach (var key in gone)
                {
                    RemovePod_NeedsLock(feed, key, view.Version);
                }
            }
        }

        await SetPodsAsync(present, lifetime.ApplicationStopping);
    }

    private async Task ApplyPodsAsync(IReadOnlyList<ResourceChange> changes)
    {
        var present = new Dictionary<ResourceKey, (AssignmentFeed Feed, ResourceSnapshot Pod)>();
        lock (_lock)
        {
            foreach (var change in changes)
            {
                if (!change.Current.Fields.TryGetValue("spec.nodeName", out var nodeName) || !_feeds.TryGetValue(nodeName, out var feed))
                {
                    continue;
                }

                if (change.Kind == ResourceEventKind.Deleted)
                {
                    present.Remove(change.Current.Key);
                    RemovePod_NeedsLock(feed, change.Current.Key, change.Version);
                }
                else
                {
                    present[change.Current.Key] = (feed, change.Current);
                }
            }
        }

        await SetPodsAsync([.. present.Values], lifetime.ApplicationStopping);
    }

    /// <summary>
    /// Puts pods into their feeds together with what they name. Caches of different types are not in step: when a pod that is new here
    /// names something this silo does not know, the type's cache is brought up to date first, so "not in the feed" means "does not exist".
    /// </summary>
    private async Task SetPodsAsync(IReadOnlyList<(AssignmentFeed Feed, ResourceSnapshot Pod)> pods, CancellationToken cancellationToken)
    {
        var items = new List<(AssignmentFeed Feed, ResourceSnapshot Pod, ImmutableArray<ResourceKey> References)>(pods.Count);
        var behind = new HashSet<ResourceType>();
        foreach (var (feed, pod) in pods)
        {
            bool isKnown;
            ImmutableArray<ResourceKey> references;
            lock (_lock)
            {
                isKnown = feed.TryGetReferences(pod, out references);
            }

            if (!isKnown)
            {
                references = PodReferences.Of(pod);
                behind.UnionWith(references.Where(key => Find(key) is null).Select(static key => key.Type));
            }

            items.Add((feed, pod, references));
        }

        foreach (var type in behind)
        {
            try
            {
                await caches.Get(type).GetConsistentAsync(cancellationToken);
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                LogBehind(logger, exception, type);
            }
        }

        lock (_lock)
        {
            foreach (var (feed, pod, references) in items)
            {
                SetPod_NeedsLock(feed, pod, references);
            }
        }
    }

    /// <summary>References go in before the pod, so that no page shows a pod without them.</summary>
    private void SetPod_NeedsLock(AssignmentFeed feed, ResourceSnapshot pod, ImmutableArray<ResourceKey> references)
    {
        if (feed.Objects.IsLate(pod))
        {
            return;
        }

        foreach (var key in feed.SetPod(pod, references))
        {
            if (!_users.TryGetValue(key, out var users))
            {
                _users.Add(key, users = []);
            }

            users.Add(feed);
            if (Find(key) is { } snapshot)
            {
                Put(feed, snapshot);
            }
        }

        feed.Objects.Set(pod);
    }

    private void RemovePod_NeedsLock(AssignmentFeed feed, ResourceKey pod, ResourceVersion version)
    {
        feed.Objects.Remove(pod, version);
        foreach (var key in feed.RemovePod(pod))
        {
            Unuse_NeedsLock(feed, key);
            if (feed.Objects.Find(key) is { } snapshot)
            {
                feed.Objects.Remove(key, snapshot.Version);
                if (ClaimedVolume.Of(snapshot) is { } volumeKey && feed.Objects.Find(volumeKey) is { } volume)
                {
                    feed.Objects.Remove(volumeKey, volume.Version);
                }
            }
        }
    }

    private void Unuse_NeedsLock(AssignmentFeed feed, ResourceKey key)
    {
        if (_users.TryGetValue(key, out var users) && users.Remove(feed) && users.Count == 0)
        {
            _users.Remove(key);
        }
    }

    private void Drop_NeedsLock(string nodeName)
    {
        if (_feeds.Remove(nodeName, out var feed))
        {
            foreach (var key in feed.Pods.ToArray().SelectMany(feed.RemovePod))
            {
                Unuse_NeedsLock(feed, key);
            }
        }
    }

    private Task ResetReferencesAsync(ResourceType type, IResourceView view)
    {
        lock (_lock)
        {
            if (type == KnownTypes.PersistentVolumes)
            {
                foreach (var volume in view.Enumerate())
                {
                    foreach (var feed in UsersOf_NeedsLock(volume))
                    {
                        feed.Objects.Set(volume);
                    }
                }
            }

            foreach (var (key, users) in _users.Where(pair => pair.Key.Type == type))
            {
                foreach (var feed in users)
                {
                    if (view.TryGet(key.Namespace, key.Name, out var snapshot))
                    {
                        Put(feed, snapshot);
                    }
                    else if (feed.Objects.Find(key) is not null)
                    {
                        feed.Objects.Remove(key, view.Version);
                    }
                }
            }
        }

        return Task.CompletedTask;
    }

    private Task ApplyReferencesAsync(IReadOnlyList<ResourceChange> changes)
    {
        lock (_lock)
        {
            foreach (var change in changes)
            {
                foreach (var feed in UsersOf_NeedsLock(change.Current))
                {
                    if (change.Kind == ResourceEventKind.Deleted)
                    {
                        feed.Objects.Remove(change.Current.Key, change.Version);
                    }
                    else
                    {
                        Put(feed, change.Current);
                    }
                }
            }
        }

        return Task.CompletedTask;
    }

    /// <summary>Feeds that show an object; a volume goes where its claim is named.</summary>
    private IReadOnlyCollection<AssignmentFeed> UsersOf_NeedsLock(ResourceSnapshot item) =>
        _users.TryGetValue(ClaimedVolume.ClaimOf(item) ?? item.Key, out var users) ? users : [];

    /// <summary>A claim comes with the volume it is bound to, as far as this silo knows it; the volume's own changes follow.</summary>
    private void Put(AssignmentFeed feed, ResourceSnapshot item)
    {
        if (ClaimedVolume.Of(item) is { } volumeKey && Find(volumeKey) is { } volume)
        {
            feed.Objects.Set(volume);
        }

        feed.Objects.Set(item);
    }

    private ResourceSnapshot? Find(ResourceKey key) =>
        caches.Get(key.Type).Current.TryGet(key.Namespace, key.Name, out var snapshot) ? snapshot : null;

    [LoggerMessage(1, LogLevel.Error, "Following {Type} for the nodes of this silo failed; starting over")]
    private static partial void LogFollowFailed(ILogger logger, Exception exception, ResourceType type);

    [LoggerMessage(2, LogLevel.Warning, "The cache of {Type} could not be brought up to date; pods are handed out with what is known")]
    private static partial void LogBehind(ILogger logger, Exception exception, ResourceType type);
}
