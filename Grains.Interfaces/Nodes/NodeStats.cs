using System.Collections.Immutable;

namespace Crescent.Nodes;

/// <summary>One round of measurement on a node.</summary>
[GenerateSerializer, Immutable, Alias("nodes.NodeStats")]
public sealed class NodeStats
{
    [Id(0)] public required UsageSample Node { get; init; }
    [Id(1)] public ImmutableArray<PodStats> Pods { get; init; } = [];

    /// <summary>Length of the interval behind <see cref="UsageSample.CpuNanoCores"/>.</summary>
    [Id(2)] public TimeSpan Window { get; init; }
}
