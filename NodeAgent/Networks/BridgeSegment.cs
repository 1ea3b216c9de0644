using System.Net;

namespace Crescent.NodeAgent.Networks;

/// <summary>A bridge of this host that pods are attached to.</summary>
/// <param name="Name">Interface name of the bridge.</param>
/// <param name="PodCidr">Range of the node's pods.</param>
/// <param name="Mtu">MTU of pod interfaces; null takes the kernel's default.</param>
public sealed record BridgeSegment(string Name, IPNetwork PodCidr, int? Mtu);
