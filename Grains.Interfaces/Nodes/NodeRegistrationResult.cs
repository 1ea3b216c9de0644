using Crescent.Resources;

namespace Crescent.Nodes;

/// <summary>What the agent needs to begin work.</summary>
[GenerateSerializer, Immutable, Alias("nodes.NodeRegistrationResult")]
public sealed class NodeRegistrationResult
{
    /// <summary>This node's share of the pod network, e.g. <c>10.244.3.0/24</c>; the same at every registration.</summary>
    [Id(0)] public string PodCidr { get; init; } = "";

    [Id(1)] public ClusterNetwork? Network { get; init; }

    /// <summary>How often to call <see cref="INodeGrain.HeartbeatAsync"/>.</summary>
    [Id(2)] public TimeSpan HeartbeatInterval { get; init; }

    /// <summary>Why it was refused; null on success.</summary>
    [Id(3)] public ResourceError? Error { get; init; }

    /// <summary>UID of the Node object, for events and the node's lease.</summary>
    [Id(4)] public string NodeUid { get; init; } = "";
}
