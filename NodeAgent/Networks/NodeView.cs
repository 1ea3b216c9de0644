using System.Collections.Immutable;
using System.Net;

namespace Crescent.NodeAgent.Networks;

/// <summary>What the node reads of other nodes.</summary>
/// <param name="Name">Node name.</param>
/// <param name="PodCidrs">Its shares of the pod network.</param>
/// <param name="InternalIps">Addresses of type InternalIP.</param>
public sealed record NodeView(string Name, ImmutableArray<IPNetwork> PodCidrs, ImmutableArray<IPAddress> InternalIps)
{
    /// <summary>Of this agent's own node; of others they are not kept.</summary>
    public ImmutableDictionary<string, string> Labels { get; init; } = ImmutableDictionary<string, string>.Empty;
}
