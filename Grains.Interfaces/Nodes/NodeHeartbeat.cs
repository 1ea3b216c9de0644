namespace Crescent.Nodes;

/// <summary>Sign of life. Kept in memory; the Node object is written only when the status differs from what it says.</summary>
[GenerateSerializer, Immutable, Alias("nodes.NodeHeartbeat")]
public sealed class NodeHeartbeat
{
    [Id(0)] public required string AgentId { get; init; }

    /// <summary>
    /// UTF-8 JSON of the parts of Node.status that changed since the last accepted heartbeat (<c>{"conditions":[…],"images":[…]}</c>);
    /// empty when nothing did. Conditions: Ready, MemoryPressure, DiskPressure, PIDPressure.
    /// </summary>
    [Id(1)] public byte[] Status { get; init; } = [];

    /// <summary>Newest usage figures, null when none were taken since the last heartbeat.</summary>
    [Id(2)] public NodeStats? Stats { get; init; }
}
