using System.Collections.Immutable;
using Crescent.Identity;
using Crescent.Watching;

namespace Crescent.Nodes;

/// <summary>Newest usage figures of nodes and pods, straight from the memory of the nodes' grains: what <c>metrics.k8s.io</c> serves.</summary>
public sealed class NodeStatsReader(IGrainFactory grains, IResourceCaches caches)
{
    private const int Parallel = 64;

    /// <summary>Figures of one node; null when there are none or they are stale.</summary>
    public Task<NodeStats?> ReadAsync(string nodeName, CancellationToken cancellationToken = default) =>
        grains.GetGrain<INodeGrain>(nodeName).GetStatsAsync(cancellationToken);

    /// <summary>Figures of all nodes that have any, by node name in order.</summary>
    public async Task<ImmutableArray<KeyValuePair<string, NodeStats>>> ReadAllAsync(CancellationToken cancellationToken = default)
    {
        var cache = caches.Get(KnownTypes.Nodes);
        await cache.WaitUntilLoadedAsync(cancellationToken);
        string[] names = [.. cache.Current.Enumerate().Select(static node => node.Key.Name)];
        var found = new NodeStats?[names.Length];
        var next = -1;
        await Task.WhenAll(Enumerable.Range(0, Math.Min(Parallel, names.Length)).Select(_ => WorkAsync()).ToArray());
        return [.. names.Zip(found).Where(static pair => pair.Second is not null).Select(static pair => KeyValuePair.Create(pair.First, pair.Second!))];

        async Task WorkAsync()
        {
            for (var index = Interlocked.Increment(ref next); index < names.Length; index = Interlocked.Increment(ref next))
            {
                found[index] = await ReadAsync(names[index], cancellationToken);
            }
        }
    }
}
