using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Crescent.Benchmarks.Load.Scenarios;

/// <summary>Watchers of one object kind while objects are patched as fast as the server takes it: delivery latency, losses, order.</summary>
internal sealed partial class WatchScenario : IScenario
{
    private const int Objects = 50;

    public string Name => "watch";

    public string Description => "100 watchers, updates as fast as they go";

    public async Task RunAsync(ScenarioContext context, CancellationToken cancellationToken)
    {
        const int watchers = 100;
        var updates = Math.Min(context.Count, 2000);
        var client = context.Client;
        for (var i = 0; i < Objects; i++)
        {
            await client.SendAsync(HttpMethod.Post, context.ConfigMaps, ScenarioContext.ConfigMap($"w-{i}"), "application/json", cancellationToken);
        }

        var from = ApiClient.VersionOf(await client.GetAsync($"{context.ConfigMaps}?limit=1", cancellationToken));
        var sent = new long[updates];
        var latencies = new Latencies(watchers * updates);
        var expected = (long)watchers * updates;
        long received = 0, doubled = 0, disordered = 0;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var all = new TaskCompletionSource();
        var readers = Enumerable.Range(0, watchers).Select(watcher => Task.Run(async () =>
        {
            var seen = new bool[updates];
            var last = 0L;
            try
            {
                await foreach (var line in client.WatchAsync($"{context.ConfigMaps}?watch=true&resourceVersion={from}", stop.Token))
                {
                    if (Marker().Match(line) is not { Success: true } match)
                    {
                        continue;
                    }

                    var now = context.Time.GetTimestamp();
                    var number = int.Parse(match.ValueSpan[10..], CultureInfo.InvariantCulture);
                    var version = long.Parse(Version().Match(line).Groups[1].ValueSpan, CultureInfo.InvariantCulture);
                    if (seen[number])
                    {
                        Interlocked.Increment(ref doubled);
                        continue;
                    }

                    if (version <= last)
                    {
                        Interlocked.Increment(ref disordered);
                    }

                    (seen[number], last) = (true, version);
                    latencies.Add((watcher * updates) + number, context.Time.GetElapsedTime(Volatile.Read(ref sent[number]), now));
                    if (Interlocked.Increment(ref received) == expected)
                    {
                        all.TrySetResult();
                    }
                }
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                // The measurement is over.
            }
        })).ToArray();

        var before = context.Servers.Read();
        var started = context.Time.GetTimestamp();
        await Parallel.ForAsync(0, updates, new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = cancellationToken }, async (i, token) =>
        {
            Volatile.Write(ref sent[i], context.Time.GetTimestamp());
            await client.SendAsync(
                HttpMethod.Patch, $"{context.ConfigMaps}/w-{i % Objects}", Encoding.UTF8.GetBytes($$"""{"data":{"marker":"{{i}}"} }"""),
                "application/merge-patch+json", token);
        });
        await Task.WhenAny(all.Task, Task.Delay(TimeSpan.FromSeconds(30), context.Time, cancellationToken));
        var elapsed = context.Time.GetElapsedTime(started);
        var after = context.Servers.Read();
        await stop.CancelAsync();
        await Task.WhenAll(readers);
        context.Report.Add(new Measurement("watch delivery", watchers)
        {
            Count = (int)received, Seconds = elapsed.TotalSeconds, PerSecond = received / elapsed.TotalSeconds,
            P50 = latencies.Percentile(50), P90 = latencies.Percentile(90), P99 = latencies.Percentile(99),
            ServerCpuMicrosecondsEach = (after.Cpu - before.Cpu).TotalMicroseconds / Math.Max(1, received), ServerMegabytes = after.Megabytes,
            Remark = $"lost {expected - received}, doubled {doubled}, out of order {disordered}",
        });
        for (var i = 0; i < Objects; i++)
        {
            await client.DeleteAsync($"{context.ConfigMaps}/w-{i}", cancellationToken);
        }
    }

    [GeneratedRegex("\"marker\":\"[0-9]+")]
    private static partial Regex Marker();

    [GeneratedRegex("\"resourceVersion\":\"([0-9]+)\"")]
    private static partial Regex Version();
}
