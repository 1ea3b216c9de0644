using Orleans.Concurrency;

namespace Crescent.Grains.Nodes;

/// <summary>The side of a node's grain that agents cannot reach; same key as <see cref="Crescent.Nodes.INodeGrain"/>.</summary>
[Alias("nodes.INodeWatchGrain")]
internal interface INodeWatchGrain : IGrainWithStringKey
{
    /// <summary>Makes sure somebody waits for this node's heartbeats, also when its agent has not called since this silo started.</summary>
    [Alias("Watch"), OneWay, AlwaysInterleave]
    Task WatchAsync();
}
