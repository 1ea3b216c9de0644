using System.Net;
using System.Text;
using System.Text.Json;

namespace Crescent.Benchmarks.Load;

/// <summary>What scenarios share: the client, how much to do, and where results go.</summary>
internal sealed record ScenarioContext(
    ApiClient Client, int Count, int[] Concurrency, string[] Operations, string Image, ProcessMeter Servers, Report Report, TimeProvider Time)
{
    public const string Namespace = "crescent-bench";

    public string ConfigMaps => $"/api/v1/namespaces/{Namespace}/configmaps";

    public string Pods => $"/api/v1/namespaces/{Namespace}/pods";

    /// <summary>A ConfigMap of about 1 KB.</summary>
    public static byte[] ConfigMap(string name, string marker = "a") => Encoding.UTF8.GetBytes(
        $$"""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"{{name}}","namespace":"{{Namespace}}","labels":{"app":"bench"} },"data":{"marker":"{{marker}}","payload":"{{new string('x', 800)}}"} }""");

    /// <summary>Makes the namespace; what is left of an earlier run is waited for.</summary>
    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        var body = Encoding.UTF8.GetBytes($$"""{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"{{Namespace}}"} }""");
        while (true)
        {
            using var answer = JsonDocument.Parse(await Client.SendAsync(
                HttpMethod.Post, "/api/v1/namespaces", body, "application/json", cancellationToken, HttpStatusCode.Conflict));
            if (answer.RootElement.GetProperty("kind").GetString() == "Namespace")
            {
                return;
            }

            using var present = JsonDocument.Parse(await Client.SendAsync(
                HttpMethod.Get, $"/api/v1/namespaces/{Namespace}", default, "", cancellationToken, HttpStatusCode.NotFound));
            if (present.RootElement.GetProperty("kind").GetString() == "Namespace" && !present.RootElement.GetProperty("metadata").TryGetProperty("deletionTimestamp", out _))
            {
                return;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(200), Time, cancellationToken);
        }
    }

    /// <summary>Removes the namespace and all that is in it.</summary>
    public Task CleanUpAsync(CancellationToken cancellationToken) => Client.DeleteAsync($"/api/v1/namespaces/{Namespace}", cancellationToken);

    /// <summary>Runs <paramref name="call"/> for 0 … count − 1 with a fixed number of callers and reports rate, latencies and server cost.</summary>
    public async Task MeasureAsync(string name, int callers, int count, Func<int, Task> call)
    {
        var latencies = new Latencies(count);
        var next = -1;
        var before = Servers.Read();
        var started = Time.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(async () =>
        {
            int i;
            while ((i = Interlocked.Increment(ref next)) < count)
            {
                var begin = Time.GetTimestamp();
                await call(i);
                latencies.Add(i, Time.GetElapsedTime(begin));
            }
        })));
        var elapsed = Time.GetElapsedTime(started);
        var after = Servers.Read();
        Report.Add(new Measurement(name, callers)
        {
            Count = count, Seconds = elapsed.TotalSeconds, PerSecond = count / elapsed.TotalSeconds,
            P50 = latencies.Percentile(50), P90 = latencies.Percentile(90), P99 = latencies.Percentile(99),
            ServerCpuMicrosecondsEach = (after.Cpu - before.Cpu).TotalMicroseconds / count, ServerMegabytes = after.Megabytes,
        });
    }
}
