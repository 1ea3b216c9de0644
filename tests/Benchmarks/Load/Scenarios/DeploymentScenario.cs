using System.Text.Json;

namespace Crescent.Benchmarks.Load.Scenarios;

/// <summary>A Deployment of 20 real pods: to all Running, and to all gone after its deletion.</summary>
internal sealed class DeploymentScenario : IScenario
{
    private const int Replicas = 20;
    private const int Rounds = 3;

    public string Name => "deployment";

    public string Description => "a Deployment of 20 real pods to all Running, and to all gone";

    public async Task RunAsync(ScenarioContext context, CancellationToken cancellationToken)
    {
        var running = new Latencies(Rounds);
        var gone = new Latencies(Rounds);
        var before = context.Servers.Read();
        var started = context.Time.GetTimestamp();
        for (var i = 0; i < Rounds; i++)
        {
            var (up, down) = await RunOnceAsync(context, $"d-{i}", cancellationToken);
            running.Add(i, up);
            gone.Add(i, down);
        }

        var elapsed = context.Time.GetElapsedTime(started);
        var after = context.Servers.Read();
        foreach (var (name, latencies) in new[] { ("deployment of 20 to Running", running), ("deployment of 20 to gone", gone) })
        {
            context.Report.Add(new Measurement(name, 1)
            {
                Count = Rounds, Seconds = elapsed.TotalSeconds, PerSecond = Rounds / elapsed.TotalSeconds,
                P50 = latencies.Percentile(50), P90 = latencies.Percentile(90), P99 = latencies.Percentile(99),
                ServerCpuMicrosecondsEach = (after.Cpu - before.Cpu).TotalMicroseconds / Rounds, ServerMegabytes = after.Megabytes,
            });
        }
    }

    private static async Task<(TimeSpan Up, TimeSpan Down)> RunOnceAsync(ScenarioContext context, string name, CancellationToken cancellationToken)
    {
        var pods = $"/api/v1/namespaces/{ScenarioContext.Namespace}/pods";
        var deployments = $"/apis/apps/v1/namespaces/{ScenarioContext.Namespace}/deployments";
        var from = ApiClient.VersionOf(await context.Client.GetAsync(pods, cancellationToken));
        var begin = context.Time.GetTimestamp();
        await context.Client.PostAsync(deployments, PodTemplates.Deployment(name, context.Image, Replicas), cancellationToken);
        var alive = new HashSet<string>(StringComparer.Ordinal);
        TimeSpan? up = null;
        var removed = 0;
        await foreach (var line in context.Client.WatchAsync(
            $"{pods}?watch=true&resourceVersion={from}&labelSelector=app%3D{name}", cancellationToken))
        {
            using var change = JsonDocument.Parse(line);
            var pod = change.RootElement.GetProperty("object");
            var podName = pod.GetProperty("metadata").GetProperty("name").GetString()!;
            if (change.RootElement.GetProperty("type").GetString() == "DELETED")
            {
                if (++removed == Replicas)
                {
                    return (up ?? TimeSpan.Zero, context.Time.GetElapsedTime(begin));
                }
            }
            else if (PodTemplates.IsRunning(pod) && alive.Add(podName) && alive.Count == Replicas)
            {
                up = context.Time.GetElapsedTime(begin);
                begin = context.Time.GetTimestamp();
                await context.Client.DeleteAsync($"{deployments}/{name}", cancellationToken);
            }
        }

        throw new InvalidOperationException("the watch ended before all pods were gone");
    }
}
