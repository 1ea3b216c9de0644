using System.Collections.Immutable;

namespace Crescent.Nodes;

/// <summary>What a node says of itself when its agent starts.</summary>
[GenerateSerializer, Immutable, Alias("nodes.NodeRegistration")]
public sealed class NodeRegistration
{
    /// <summary>
    /// UTF-8 JSON of a Node object: metadata.labels (kubernetes.io/os, arch, hostname …) and annotations, spec.taints to register with,
    /// status.{addresses,capacity,allocatable,nodeInfo,daemonEndpoints,images}. Created when absent, else labels and status are merged;
    /// labels and taints set by operators are kept.
    /// </summary>
    [Id(0)] public required byte[] Node { get; init; }

    /// <summary>Random per agent process: tells a restarted agent from a second one under the same name.</summary>
    [Id(1)] public required string AgentId { get; init; }
}
