namespace Crescent.Grains.Nodes;

/// <summary>Block numbers by node name.</summary>
[GenerateSerializer, Alias("nodes.NodeCidrState")]
public sealed class NodeCidrState
{
    [Id(0)] public Dictionary<string, int> Blocks { get; set; } = new(StringComparer.Ordinal);
}
