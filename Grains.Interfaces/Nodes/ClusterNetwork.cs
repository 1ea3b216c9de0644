namespace Crescent.Nodes;

/// <summary>Cluster-wide network settings a node needs.</summary>
[GenerateSerializer, Immutable, Alias("nodes.ClusterNetwork")]
public sealed class ClusterNetwork
{
    /// <summary>All pods of all nodes, e.g. <c>10.244.0.0/16</c>.</summary>
    [Id(0)] public required string PodCidr { get; init; }

    /// <summary>Service addresses, e.g. <c>10.96.0.0/16</c>.</summary>
    [Id(1)] public required string ServiceCidr { get; init; }

    /// <summary>Address pods use as their name server, e.g. <c>10.96.0.10</c>.</summary>
    [Id(2)] public required string ClusterDns { get; init; }

    /// <summary>e.g. <c>cluster.local</c>.</summary>
    [Id(3)] public required string ClusterDomain { get; init; }

    /// <summary>Node ports, e.g. <c>30000-32767</c>.</summary>
    [Id(4)] public string NodePortRange { get; init; } = "30000-32767";
}
