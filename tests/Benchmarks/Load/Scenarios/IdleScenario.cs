namespace Crescent.Benchmarks.Load.Scenarios;

/// <summary>What the servers cost when nobody asks for anything.</summary>
internal sealed class IdleScenario : IScenario
{
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(60);

    public string Name => "idle";

    public string Description => "CPU and memory over a quiet minute";

    public async Task RunAsync(ScenarioContext context, CancellationToken cancellationToken)
    {
        await Task.Delay(TimeSpan.FromSeconds(10), context.Time, cancellationToken);
        var before = context.Servers.Read();
        await Task.Delay(Length, context.Time, cancellationToken);
        var after = context.Servers.Read();
        context.Report.Add(new Measurement("idle", 0)
        {
            Seconds = Length.TotalSeconds, ServerMegabytes = after.Megabytes,
            Remark = $"{(after.Cpu - before.Cpu).TotalSeconds / Length.TotalSeconds * 100:F2} % of a core",
        });
    }
}
