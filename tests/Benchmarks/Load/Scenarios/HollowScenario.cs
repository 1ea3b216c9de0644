namespace Crescent.Benchmarks.Load.Scenarios;

/// <summary>Scheduling and reconciling in bulk on nodes that only report: bursts of pods to bound, Deployments to Running and to gone.</summary>
/// <param name="name">Its name on the command line.</param>
/// <param name="description">What it measures.</param>
/// <param name="bursts">Numbers of pods; the first burst warms up.</param>
/// <param name="deployments">How many Deployments of how many replicas, after the bursts.</param>
internal sealed class HollowScenario(string name, string description, int[] bursts, (int Deployments, int Replicas)[] deployments) : IScenario
{
    private const int Nodes = 100;
    private const int Callers = 64;

    public static HollowScenario Bursts { get; } = new("burst", "100 hollow nodes: 1,000 and 3,000 pods to bound", [200, 1000, 3000], []);

    public static HollowScenario Rollouts { get; } = new(
        "scale", "100 hollow nodes: one Deployment of 1,000 and ten of 100 to Running and to gone", [200], [(1, 1000), (10, 100)]);

    public static HollowScenario All { get; } = new("hollow", "burst and scale", [200, 1000, 3000], [(1, 1000), (10, 100)]);

    public string Name => name;

    public string Description => description;

    public async Task RunAsync(ScenarioContext context, CancellationToken cancellationToken)
    {
        for (var i = 0; i < bursts.Length; i++)
        {
            var (count, isReported) = (bursts[i], i > 0);
            await WithNodesAsync(context, cluster => BurstAsync(context, cluster, count, isReported, cancellationToken), cancellationToken);
        }

        foreach (var (count, replicas) in deployments)
        {
            await WithNodesAsync(context, cluster => DeployAsync(context, cluster, count, replicas, cancellationToken), cancellationToken);
        }
    }

    private static async Task WithNodesAsync(ScenarioContext context, Func<HollowCluster, Task> run, CancellationToken cancellationToken)
    {
        await using var cluster = await HollowCluster.StartAsync(context, Nodes, cancellationToken);
        await run(cluster);
    }

    private static async Task BurstAsync(ScenarioContext context, HollowCluster cluster, int count, bool isReported, CancellationToken cancellationToken)
    {
        // What is left of a run that was broken off does not stand in the way.
        var prefix = $"h{context.Time.GetUtcNow().ToUnixTimeSeconds():x}";
        var before = context.Servers.Read();
        var started = context.Time.GetTimestamp();
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = Callers, CancellationToken = cancellationToken }, async (i, token) =>
            await context.Client.PostAsync(context.Pods, PodTemplates.Hollow($"{prefix}-{i:D5}"), token));
        await cluster.WaitAsync(HollowCluster.Phase.Bound, count, cancellationToken);
        if (isReported)
        {
            Report(context, $"{count} pods to bound", Callers, count, context.Time.GetElapsedTime(started), before);
        }

        await cluster.WaitAsync(HollowCluster.Phase.Running, count, cancellationToken);
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = Callers, CancellationToken = cancellationToken }, async (i, token) =>
            await context.Client.DeleteAsync($"{context.Pods}/{prefix}-{i:D5}", token));
        await cluster.WaitAsync(HollowCluster.Phase.Gone, count, cancellationToken);
        cluster.Forget();
    }

    private static async Task DeployAsync(
        ScenarioContext context, HollowCluster cluster, int deployments, int replicas, CancellationToken cancellationToken)
    {
        var path = $"/apis/apps/v1/namespaces/{ScenarioContext.Namespace}/deployments";
        var names = Enumerable.Range(0, deployments).Select(i => $"hd{replicas}-{i}").ToArray();
        var before = context.Servers.Read();
        var started = context.Time.GetTimestamp();
        await Task.WhenAll(names.Select(name => context.Client.PostAsync(path, PodTemplates.HollowDeployment(name, replicas), cancellationToken)));
        await cluster.WaitAsync(HollowCluster.Phase.Running, deployments * replicas, cancellationToken);
        Report(context, $"{deployments} × {replicas} replicas to Running", deployments, deployments * replicas, context.Time.GetElapsedTime(started), before);

        before = context.Servers.Read();
        started = context.Time.GetTimestamp();
        await Task.WhenAll(names.Select(name => context.Client.DeleteAsync($"{path}/{name}", cancellationToken)));
        await cluster.WaitAsync(HollowCluster.Phase.Gone, deployments * replicas, cancellationToken);
        Report(context, $"{deployments} × {replicas} replicas to gone", deployments, deployments * replicas, context.Time.GetElapsedTime(started), before);
        cluster.Forget();
    }

    private static void Report(ScenarioContext context, string name, int callers, int count, TimeSpan elapsed, (TimeSpan Cpu, double Megabytes) before)
    {
        var after = context.Servers.Read();
        context.Report.Add(new Measurement(name, callers)
        {
            Count = count, Seconds = elapsed.TotalSeconds, PerSecond = count / elapsed.TotalSeconds,
            ServerCpuMicrosecondsEach = (after.Cpu - before.Cpu).TotalMicroseconds / count, ServerMegabytes = after.Megabytes,
            Remark = $"{elapsed.TotalSeconds:F2} s",
        });
    }
}
