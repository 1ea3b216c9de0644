using System.Collections.Immutable;
using System.Net;

namespace Crescent.NodeAgent.Networks;

/// <summary>What the node reads of a Service.</summary>
public sealed class ServiceView
{
    public required ServiceId Id { get; init; }

    /// <summary>ClusterIP, NodePort, LoadBalancer or ExternalName.</summary>
    public required string Type { get; init; }

    /// <summary>Cluster addresses of all families; empty when headless or ExternalName.</summary>
    public ImmutableArray<IPAddress> ClusterIps { get; init; } = [];

    /// <summary><c>clusterIP: None</c>.</summary>
    public bool IsHeadless { get; init; }

    /// <summary>Target of an ExternalName service, without a trailing dot; else null.</summary>
    public string? ExternalName { get; init; }

    public ImmutableArray<ServicePortView> Ports { get; init; } = [];

    public ImmutableArray<IPAddress> ExternalIps { get; init; } = [];

    /// <summary>Addresses in <c>status.loadBalancer.ingress</c> with mode VIP.</summary>
    public ImmutableArray<IPAddress> LoadBalancerIps { get; init; } = [];

    /// <summary>Time a client sticks to its endpoint; null without session affinity.</summary>
    public TimeSpan? ClientAffinity { get; init; }

    /// <summary><c>internalTrafficPolicy: Local</c>.</summary>
    public bool IsInternalLocal { get; init; }

    /// <summary><c>externalTrafficPolicy: Local</c>.</summary>
    public bool IsExternalLocal { get; init; }

    public bool PublishNotReadyAddresses { get; init; }
}
