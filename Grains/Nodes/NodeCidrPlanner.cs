namespace Crescent.Grains.Nodes;

/// <summary>Chooses blocks: what the node has, else the lowest free one.</summary>
internal static class NodeCidrPlanner
{
    /// <param name="blocks">Taken block numbers by node name.</param>
    /// <param name="range">The pod network.</param>
    /// <param name="nodeName">Who asks.</param>
    /// <param name="current">Block its Node object shows, null for none.</param>
    /// <returns>The block number, null when all are taken.</returns>
    public static int? Choose(IReadOnlyDictionary<string, int> blocks, NodeCidrRange range, string nodeName, string? current)
    {
        if (blocks.TryGetValue(nodeName, out var known) && known < range.Count)
        {
            return known;
        }

        var taken = blocks.Values.ToHashSet();
        if (range.IndexOf(current) is { } wanted && !taken.Contains(wanted))
        {
            return wanted;
        }

        for (var index = 0; index < range.Count; index++)
        {
            if (!taken.Contains(index))
            {
                return index;
            }
        }

        return null;
    }
}
