namespace Crescent.NodeAgent.Stats.Sinks;

/// <summary>
/// Where measurements go. A sink is registered with <c>AddMetricsSink</c> and gets rounds when its name stands in
/// <see cref="StatsOptions.Sinks"/>. A sink that fails is logged and called again at the next round; it holds up nobody.
/// </summary>
public interface IMetricsSink
{
    /// <summary>Lower-case name options refer to.</summary>
    string Name { get; }

    Task WriteAsync(StatsRound round, CancellationToken cancellationToken = default);
}
