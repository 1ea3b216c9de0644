using System.Collections.Immutable;

namespace Crescent.Grains.Nodes;

/// <summary>Gives each node its block of the pod network, for as long as its Node object exists. One per cluster, key <see cref="Key"/>.</summary>
[Alias("nodes.INodeCidrGrain")]
internal interface INodeCidrGrain : IGrainWithStringKey
{
    public const string Key = "pods";

    /// <summary>The node's block; null when none is left. <paramref name="current"/>, what the Node object says, is kept when it is free.</summary>
    [Alias("Allot")]
    Task<string?> AllotAsync(string nodeName, string? current);

    /// <summary>Frees the blocks of nodes that were not there at this and the previous call.</summary>
    [Alias("Reclaim")]
    Task ReclaimAsync(ImmutableArray<string> existingNodes);
}
