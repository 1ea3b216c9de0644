namespace Crescent.Nodes;

/// <summary>Usage of one container.</summary>
[GenerateSerializer, Immutable, Alias("nodes.ContainerStats")]
public sealed class ContainerStats
{
    [Id(0)] public required string Name { get; init; }
    [Id(1)] public required UsageSample Usage { get; init; }
}
