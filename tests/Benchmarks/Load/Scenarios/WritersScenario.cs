using System.Net;
using System.Text.Json;

namespace Crescent.Benchmarks.Load.Scenarios;

/// <summary>
/// 2,000 writers at once, each with several creates one after the other: first an administrator, whom no limit concerns, then a service account.
/// Every request has to be served or to be refused with 429 and Retry-After.
/// </summary>
internal sealed class WritersScenario : IScenario
{
    private const int Writers = 2000;
    private const int Each = 5;
    private const string Account = "bench-writer";

    public string Name => "writers";

    public string Description => "2,000 concurrent writers, an administrator and a service account: served, refused with 429, failed";

    public async Task RunAsync(ScenarioContext context, CancellationToken cancellationToken)
    {
        await BurstAsync(context, context.Client, "administrator", cancellationToken);
        using var client = context.Client.As(await CreateAccountAsync(context, cancellationToken));
        await BurstAsync(context, client, "service account", cancellationToken);
    }

    private static async Task BurstAsync(ScenarioContext context, ApiClient client, string who, CancellationToken cancellationToken)
    {
        var run = Guid.NewGuid().ToString("N")[..8];
        var latencies = new Latencies(Writers * Each);
        var counts = new int[4];
        var before = context.Servers.Read();
        var started = context.Time.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(async () =>
        {
            for (var i = 0; i < Each; i++)
            {
                var begin = context.Time.GetTimestamp();
                var answer = await AnswerAsync(client, context, $"{run}-{writer}-{i}", cancellationToken);
                latencies.Add((writer * Each) + i, context.Time.GetElapsedTime(begin));
                Interlocked.Increment(ref counts[(int)answer]);
            }
        })));
        var elapsed = context.Time.GetElapsedTime(started);
        var after = context.Servers.Read();
        await client.GetAsync("/readyz", cancellationToken);
        context.Report.Add(new Measurement($"writers, {who}", Writers)
        {
            Count = Writers * Each, Seconds = elapsed.TotalSeconds, PerSecond = counts[(int)Answers.Served] / elapsed.TotalSeconds,
            P50 = latencies.Percentile(50), P90 = latencies.Percentile(90), P99 = latencies.Percentile(99),
            ServerCpuMicrosecondsEach = (after.Cpu - before.Cpu).TotalMicroseconds / (Writers * Each), ServerMegabytes = after.Megabytes,
            Remark = $"served {counts[(int)Answers.Served]}, refused with 429 and Retry-After {counts[(int)Answers.Refused]}, "
                + $"other answers {counts[(int)Answers.Other]}, none {counts[(int)Answers.None]}; slowest {latencies.Percentile(100):F0} ms",
        });
    }

    private static async Task<Answers> AnswerAsync(ApiClient client, ScenarioContext context, string name, CancellationToken cancellationToken)
    {
        try
        {
            var (status, retryAfter) = await client.TryPostAsync(context.ConfigMaps, ScenarioContext.ConfigMap(name), cancellationToken);
            return status == HttpStatusCode.Created ? Answers.Served
                : status == HttpStatusCode.TooManyRequests && retryAfter is not null ? Answers.Refused
                : Answers.Other;
        }
        catch (HttpRequestException)
        {
            return Answers.None;
        }
    }

    /// <returns>Its token.</returns>
    private static async Task<string> CreateAccountAsync(ScenarioContext context, CancellationToken cancellationToken)
    {
        var accounts = $"/api/v1/namespaces/{ScenarioContext.Namespace}/serviceaccounts";
        await context.Client.PostAsync(accounts, $$$"""{"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"{{{Account}}}"}}""", cancellationToken);
        await context.Client.PostAsync(
            $"/apis/rbac.authorization.k8s.io/v1/namespaces/{ScenarioContext.Namespace}/rolebindings",
            $$$"""
            {"apiVersion":"rbac.authorization.k8s.io/v1","kind":"RoleBinding","metadata":{"name":"{{{Account}}}"},
            "roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"edit"},
            "subjects":[{"kind":"ServiceAccount","name":"{{{Account}}}","namespace":"{{{ScenarioContext.Namespace}}}"}]}
            """,
            cancellationToken);
        var answer = await context.Client.PostAsync(
            $"{accounts}/{Account}/token", """{"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest","spec":{"expirationSeconds":3600}}""", cancellationToken);
        using var document = JsonDocument.Parse(answer);
        return document.RootElement.GetProperty("status").GetProperty("token").GetString()!;
    }

    private enum Answers
    {
        Served,
        Refused,
        Other,
        None,
    }
}
