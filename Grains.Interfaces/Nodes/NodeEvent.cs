using Crescent.Identity;

namespace Crescent.Nodes;

/// <summary>An event the agent wants recorded (Pulled, Created, Started, Killing, BackOff, Unhealthy, Failed …).</summary>
[GenerateSerializer, Immutable, Alias("nodes.NodeEvent")]
public sealed class NodeEvent
{
    /// <summary>Pod it is about; null: the node itself.</summary>
    [Id(0)] public ResourceKey? Pod { get; init; }

    [Id(1)] public string Uid { get; init; } = "";

    /// <summary><c>involvedObject.fieldPath</c>, e.g. <c>spec.containers{web}</c>.</summary>
    [Id(2)] public string FieldPath { get; init; } = "";

    /// <summary>Normal or Warning.</summary>
    [Id(3)] public required string Type { get; init; }

    [Id(4)] public required string Reason { get; init; }
    [Id(5)] public required string Message { get; init; }
}
