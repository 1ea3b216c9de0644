namespace Crescent.NodeAgent.Stats.Sinks;

/// <summary>Keeps the newest round for whoever scrapes <c>/metrics/cadvisor</c>.</summary>
internal sealed class PrometheusSink : IMetricsSink
{
    public string Name => "prometheus";

    public StatsRound? Newest { get; private set; }

    public Task WriteAsync(StatsRound round, CancellationToken cancellationToken = default)
    {
        Newest = round;
        return Task.CompletedTask;
    }
}
