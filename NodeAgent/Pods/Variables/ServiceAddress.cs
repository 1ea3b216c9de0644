using System.Collections.Immutable;

namespace Crescent.NodeAgent.Pods.Variables;

/// <summary>A service as it appears in the environment of containers.</summary>
internal sealed record ServiceAddress(string Namespace, string Name, string ClusterIp, ImmutableArray<ServicePortAddress> Ports);
