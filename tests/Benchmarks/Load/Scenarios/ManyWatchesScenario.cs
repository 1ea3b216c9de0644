using System.Globalization;

namespace Crescent.Benchmarks.Load.Scenarios;

/// <summary>10,000 watches that stay open, over as many connections as the server wants: what they cost at rest, and what an update costs then.</summary>
internal sealed class ManyWatchesScenario : IScenario
{
    private const int Watchers = 10_000;
    private const int Updates = 20;
    /// <summary>What opening them has left to be compiled and collected is not what they cost.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(10);

    public string Name => "watches";

    public string Description => "10,000 open watches at rest, then two updates per second seen by all";

    public async Task RunAsync(ScenarioContext context, CancellationToken cancellationToken)
    {
        await WatchScenario.CreateObjectsAsync(context, cancellationToken);
        var (_, megabytes) = context.Servers.Read();
        var started = context.Time.GetTimestamp();
        await WatchScenario.MeasureAsync(context, Watchers, Updates, perSecond: 2, () => RestAsync(context, started, megabytes, cancellationToken), cancellationToken);
        await WatchScenario.DeleteObjectsAsync(context, cancellationToken);
    }

    private static async Task RestAsync(ScenarioContext context, long started, double megabytes, CancellationToken cancellationToken)
    {
        var opening = context.Time.GetElapsedTime(started);
        await Task.Delay(Settling, context.Time, cancellationToken);
        var before = context.Servers.Read();
        await Task.Delay(Rest, context.Time, cancellationToken);
        var after = context.Servers.Read();
        var share = (after.Cpu - before.Cpu) / Rest;
        context.Report.Add(new Measurement("open watches", Watchers)
        {
            Count = Watchers, Seconds = opening.TotalSeconds, PerSecond = Watchers / opening.TotalSeconds, ServerMegabytes = after.Megabytes,
            Remark = string.Create(
                CultureInfo.InvariantCulture,
                $"{(after.Megabytes - megabytes) * 1024 / Watchers:0.0} KB each, {share * 100:0.0} % of a core at rest"),
        });
    }
}
