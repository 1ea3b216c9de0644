using System.Diagnostics.CodeAnalysis;
using System.Text;
using Crescent.Identity;
using Crescent.Resources;
using Crescent.Watching;

namespace Crescent.Grains.Tests.Mutation;

/// <summary>Caches that hold what a test put into them.</summary>
internal sealed class FixedCaches : IResourceCaches
{
    private readonly Dictionary<ResourceType, FixedCache> _caches = [];

    public IResourceCache Get(ResourceType type) => CacheOf(type);

    public void Put(ResourceType type, string name, string body, DateTimeOffset? deletion = null, string ns = "")
    {
        var key = new ResourceKey(type, ns, name);
        CacheOf(type).Items[key] = new() { Key = key, Uid = name, Version = new(1), Body = Encoding.UTF8.GetBytes(body), DeletionTimestamp = deletion };
    }

    private FixedCache CacheOf(ResourceType type)
    {
        if (!_caches.TryGetValue(type, out var cache))
        {
            _caches.Add(type, cache = new(type));
        }

        return cache;
    }

    private sealed class FixedCache(ResourceType type) : IResourceCache, IResourceView
    {
        public SortedDictionary<ResourceKey, ResourceSnapshot> Items { get; } = [];

        public ResourceType Type => type;

        public IResourceView Current => this;

        public ResourceVersion Version => new(1);

        public int Count => Items.Count;

        public Task WaitUntilLoadedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public ValueTask<IResourceView> WaitForAsync(ResourceVersion version, CancellationToken cancellationToken) => new(this);

        public ValueTask<IResourceView> GetConsistentAsync(CancellationToken cancellationToken) => new(this);

        public IResourceSubscription? Subscribe(ResourceVersion after, int bufferSize, string? onNode) => null;

        public bool TryGet(string ns, string name, [NotNullWhen(true)] out ResourceSnapshot? snapshot) =>
            Items.TryGetValue(new(Type, ns, name), out snapshot);

        public IEnumerable<ResourceSnapshot> Enumerate(string? ns, ResourceKey? after) => Items.Values;

        public IEnumerable<ResourceSnapshot> OwnedBy(string uid) => [];

        public IEnumerable<ResourceSnapshot> OnNode(string nodeName) => [];
    }
}
