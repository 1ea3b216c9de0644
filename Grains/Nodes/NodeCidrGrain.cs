using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Crescent.Grains.Nodes;

/// <summary>The record is stored before a block is handed out, so two activations cannot give one block to two nodes.</summary>
[GrainType("node-cidrs")]
internal sealed partial class NodeCidrGrain(
    [PersistentState("node-cidrs")] IPersistentState<NodeCidrState> state, IOptions<NodeOptions> options, ILogger<NodeCidrGrain> logger)
    : Grain, INodeCidrGrain
{
    private ImmutableHashSet<string> _absent = [];

    public async Task<string?> AllotAsync(string nodeName, string? current)
    {
        if (!NodeCidrRange.TryParse(options.Value.PodCidr, options.Value.NodePrefixLength, out var range)
            || NodeCidrPlanner.Choose(state.State.Blocks, range, nodeName, current) is not { } index)
        {
            return null;
        }

        if (!state.State.Blocks.TryGetValue(nodeName, out var known) || known != index)
        {
            await StoreAsync(blocks => blocks[nodeName] = index);
            LogAllotted(logger, range[index], nodeName);
        }

        return range[index];
    }

    public async Task ReclaimAsync(ImmutableArray<string> existingNodes)
    {
        var absent = state.State.Blocks.Keys.Except(existingNodes, StringComparer.Ordinal).ToImmutableHashSet(StringComparer.Ordinal);
        var gone = absent.Intersect(_absent);
        _absent = absent;
        if (!gone.IsEmpty)
        {
            await StoreAsync(blocks =>
            {
                foreach (var node in gone)
                {
                    blocks.Remove(node);
                }
            });
            LogReclaimed(logger, gone.Count);
        }
    }

    /// <summary>A failed write leaves the activation's copy in doubt: the next call starts from what is stored.</summary>
    private async Task StoreAsync(Action<Dictionary<string, int>> change)
    {
        try
        {
            change(state.State.Blocks);
            await state.WriteStateAsync();
        }
        catch
        {
            DeactivateOnIdle();
            throw;
        }
    }

    [LoggerMessage(1, LogLevel.Information, "Block {Cidr} goes to node {Node}")]
    private static partial void LogAllotted(ILogger logger, string cidr, string node);

    [LoggerMessage(2, LogLevel.Information, "Took back the blocks of {Count} nodes that are gone")]
    private static partial void LogReclaimed(ILogger logger, int count);
}
