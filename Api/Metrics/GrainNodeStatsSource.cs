using System.Collections.Immutable;
using Crescent.Nodes;

namespace Crescent.Api.Metrics;

/// <summary>Asks the node grains, which keep what their agents last reported; a few at a time.</summary>
internal sealed class GrainNodeStatsSource(IGrainFactory grains) : INodeStatsSource
{
    private const int Parallelism = 64;

    public async ValueTask<ImmutableDictionary<string, NodeStats>> GetAsync(
        IReadOnlyCollection<string> nodes, CancellationToken cancellationToken = default)
    {
        var found = ImmutableDictionary.CreateBuilder<string, NodeStats>(StringComparer.Ordinal);
        foreach (var chunk in nodes.Chunk(Parallelism))
        {
            var answers = await Task.WhenAll(chunk.Select(async node =>
                (Node: node, Stats: await grains.GetGrain<INodeGrain>(node).GetStatsAsync(cancellationToken))));
            foreach (var (node, stats) in answers)
            {
                if (stats is not null)
                {
                    found[node] = stats;
                }
            }
        }

        return found.ToImmutable();
    }
}
