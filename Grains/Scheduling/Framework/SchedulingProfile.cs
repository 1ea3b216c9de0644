using System.Collections.Immutable;

namespace Crescent.Grains.Scheduling.Framework;

/// <summary>The plugins of a scheduler, filters in the order they are asked, scores with their weights.</summary>
internal sealed record SchedulingProfile
{
    public required ImmutableArray<IFilterPlugin> Filters { get; init; }

    public ImmutableArray<IClusterFilterPlugin> ClusterFilters { get; init; } = [];

    public required ImmutableArray<(IScorePlugin Plugin, int Weight)> Scores { get; init; }

    public ImmutableArray<(IClusterScorePlugin Plugin, int Weight)> ClusterScores { get; init; } = [];

    /// <summary>Everything that can reject.</summary>
    public IEnumerable<IRequeuePlugin> Rejecters => [.. Filters, .. ClusterFilters];
}
