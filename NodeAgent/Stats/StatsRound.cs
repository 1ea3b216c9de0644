using System.Collections.Immutable;
using Crescent.Nodes;

namespace Crescent.NodeAgent.Stats;

/// <summary>One round of measurement, with the details sinks want.</summary>
public sealed class StatsRound
{
    public required string NodeName { get; init; }

    public required NodeStats Stats { get; init; }

    public ImmutableArray<ContainerRound> Containers { get; init; } = [];

    public required long CpuCount { get; init; }

    public required long MemoryBytes { get; init; }

    public DateTimeOffset BootTime { get; init; }
}
