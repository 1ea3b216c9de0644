using Orleans.Concurrency;

namespace Crescent.Grains.Nodes;

/// <summary>Sees to it that every Node object has a grain that watches it. One per cluster, key <see cref="Key"/>.</summary>
[Alias("nodes.INodeMonitorGrain")]
internal interface INodeMonitorGrain : IGrainWithStringKey
{
    public const string Key = "nodes";

    /// <summary>Makes sure the monitor runs. May be lost; every silo repeats it.</summary>
    [Alias("Ensure"), OneWay]
    Task EnsureAsync();
}
