using System.Text.Json;

namespace Crescent.Benchmarks.Load.Scenarios;

/// <summary>Real pods, one after the other: create to Running, as a watch sees it, and delete to gone.</summary>
internal sealed class PodScenario : IScenario
{
    private const int Rounds = 10;

    public string Name => "pod";

    public string Description => "one real pod, create to Running and delete to gone";

    public async Task RunAsync(ScenarioContext context, CancellationToken cancellationToken)
    {
        var pods = $"/api/v1/namespaces/{ScenarioContext.Namespace}/pods";
        var running = new Latencies(Rounds);
        var gone = new Latencies(Rounds);
        var before = context.Servers.Read();
        var started = context.Time.GetTimestamp();
        for (var i = 0; i < Rounds; i++)
        {
            var name = $"p-{i}";
            var from = ApiClient.VersionOf(await context.Client.GetAsync(pods, cancellationToken));
            var begin = context.Time.GetTimestamp();
            await context.Client.PostAsync(pods, PodTemplates.Pod(name, context.Image), cancellationToken);
            var isDeleting = false;
            await foreach (var line in context.Client.WatchAsync(
                $"{pods}?watch=true&resourceVersion={from}&fieldSelector=metadata.name%3D{name}", cancellationToken))
            {
                using var change = JsonDocument.Parse(line);
                if (change.RootElement.GetProperty("type").GetString() == "DELETED")
                {
                    gone.Add(i, context.Time.GetElapsedTime(begin));
                    break;
                }

                if (!isDeleting && PodTemplates.IsRunning(change.RootElement.GetProperty("object")))
                {
                    running.Add(i, context.Time.GetElapsedTime(begin));
                    begin = context.Time.GetTimestamp();
                    isDeleting = true;
                    await context.Client.DeleteAsync($"{pods}/{name}", cancellationToken);
                }
            }
        }

        var elapsed = context.Time.GetElapsedTime(started);
        var after = context.Servers.Read();
        foreach (var (name, latencies) in new[] { ("pod create to Running", running), ("pod delete to gone", gone) })
        {
            context.Report.Add(new Measurement(name, 1)
            {
                Count = Rounds, Seconds = elapsed.TotalSeconds, PerSecond = Rounds / elapsed.TotalSeconds,
                P50 = latencies.Percentile(50), P90 = latencies.Percentile(90), P99 = latencies.Percentile(99),
                ServerCpuMicrosecondsEach = (after.Cpu - before.Cpu).TotalMicroseconds / Rounds, ServerMegabytes = after.Megabytes,
            });
        }
    }
}
