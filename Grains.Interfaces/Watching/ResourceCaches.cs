using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Crescent.Identity;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Crescent.Watching;

internal sealed class ResourceCaches : IResourceCaches, IAsyncDisposable
{
    private readonly ConcurrentDictionary<ResourceType, Lazy<(ResourceCache Cache, Task Follower)>> _caches = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly IGrainFactory _grains;
    private readonly LocalSequencers _neighbours;
    private readonly ResourceCacheOptions _options;
    private readonly TimeProvider _time;
    private readonly ResourceCacheInstruments _instruments;
    private readonly ILogger<ResourceCache> _logger;

    public ResourceCaches(
        IGrainFactory grains, LocalSequencers neighbours, IOptions<ResourceCacheOptions> options, TimeProvider time, IMeterFactory meters,
        ILogger<ResourceCache> logger)
    {
        _grains = grains;
        _neighbours = neighbours;
        _options = options.Value;
        _time = time;
        _logger = logger;
        _instruments = new(meters, () => _caches.Values.Where(cache => cache.IsValueCreated).Select(cache => cache.Value.Cache));
    }

    public IResourceCache Get(ResourceType type) => _caches.GetOrAdd(type, static (key, self) => new(() => self.Start(key)), this).Value.Cache;

    /// <summary>The state of a cache that is in use here; null when there is none, or it has not loaded yet.</summary>
    internal IResourceView? Peek(ResourceType type) =>
        _caches.TryGetValue(type, out var cache) && cache.IsValueCreated && cache.Value.Cache.Current is { } view && view.Version > ResourceVersion.None
            ? view
            : null;

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await Task.WhenAll(_caches.Values.Where(cache => cache.IsValueCreated).Select(cache => cache.Value.Follower));
    }

    private (ResourceCache Cache, Task Follower) Start(ResourceType type)
    {
        var cache = new ResourceCache(type, _grains, _neighbours, _options, _time, _instruments, _logger);

        // The first use may come from a grain's turn or a request; the follower must inherit neither its scheduler nor its context.
        using (ExecutionContext.IsFlowSuppressed() ? default(IDisposable) : ExecutionContext.SuppressFlow())
        {
            return (cache, Task.Run(() => cache.RunAsync(_stopping.Token)));
        }
    }
}
