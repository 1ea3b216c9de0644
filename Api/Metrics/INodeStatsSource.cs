using System.Collections.Immutable;
using Crescent.Nodes;

namespace Crescent.Api.Metrics;

/// <summary>Where <c>metrics.k8s.io</c> takes its figures from.</summary>
public interface INodeStatsSource
{
    /// <summary>Newest figures of the named nodes; nodes without fresh ones are left out.</summary>
    ValueTask<ImmutableDictionary<string, NodeStats>> GetAsync(IReadOnlyCollection<string> nodes, CancellationToken cancellationToken = default);
}
