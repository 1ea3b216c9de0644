using System.Collections.Immutable;

namespace Crescent.Nodes;

/// <summary>Usage of one pod and its containers.</summary>
[GenerateSerializer, Immutable, Alias("nodes.PodStats")]
public sealed class PodStats
{
    [Id(0)] public required string Namespace { get; init; }
    [Id(1)] public required string Name { get; init; }
    [Id(2)] public required string Uid { get; init; }

    /// <summary>The pod as a whole; its network figures are the sandbox's.</summary>
    [Id(3)] public required UsageSample Usage { get; init; }

    [Id(4)] public ImmutableArray<ContainerStats> Containers { get; init; } = [];
}
