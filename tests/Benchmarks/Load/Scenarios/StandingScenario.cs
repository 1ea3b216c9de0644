namespace Crescent.Benchmarks.Load.Scenarios;

/// <summary>What a cluster costs in which nothing changes: 100 nodes that report, each with 30 pods that run.</summary>
internal sealed class StandingScenario : IScenario
{
    private const int Nodes = 100;
    private const int Pods = 3000;
    private const int Callers = 64;

    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(60);

    public string Name => "standing";

    public string Description => "CPU and memory over a quiet minute with 100 hollow nodes and 3,000 pods";

    public async Task RunAsync(ScenarioContext context, CancellationToken cancellationToken)
    {
        await using var cluster = await HollowCluster.StartAsync(context, Nodes, cancellationToken);
        var prefix = $"s{context.Time.GetUtcNow().ToUnixTimeSeconds():x}";
        await EachAsync(i => context.Client.PostAsync(context.Pods, PodTemplates.Hollow($"{prefix}-{i:D5}"), cancellationToken), cancellationToken);
        await cluster.WaitAsync(HollowCluster.Phase.Running, Pods, cancellationToken);

        await Task.Delay(Settling, context.Time, cancellationToken);
        var before = context.Servers.Read();
        await Task.Delay(Length, context.Time, cancellationToken);
        var after = context.Servers.Read();
        context.Report.Add(new Measurement($"{Nodes} nodes, {Pods} pods", 0)
        {
            Seconds = Length.TotalSeconds, ServerMegabytes = after.Megabytes,
            Remark = $"{(after.Cpu - before.Cpu).TotalSeconds / Length.TotalSeconds * 100:F2} % of a core",
        });

        await EachAsync(i => context.Client.DeleteAsync($"{context.Pods}/{prefix}-{i:D5}", cancellationToken), cancellationToken);
        await cluster.WaitAsync(HollowCluster.Phase.Gone, Pods, cancellationToken);
    }

    private static Task EachAsync(Func<int, Task> call, CancellationToken cancellationToken) => Parallel.ForAsync(
        0, Pods, new ParallelOptions { MaxDegreeOfParallelism = Callers, CancellationToken = cancellationToken }, async (i, _) => await call(i));
}
