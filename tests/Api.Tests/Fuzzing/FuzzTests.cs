using System.Collections.Concurrent;
using System.Globalization;
using Crescent.Api.Tests.Hosting;
using Crescent.Definitions;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Crescent.Api.Tests.Fuzzing;

/// <summary>
/// Damaged input for every decoder and endpoint. A short run with a fixed seed here; <c>./crescent fuzz --inputs N --seed S</c> runs it for long
/// (CRESCENT_FUZZ_INPUTS, CRESCENT_FUZZ_SEED).
/// </summary>
public sealed class FuzzTests
{
    private const int Workers = 4;
    private const int MostFindings = 40;

    // Requests take longer than decoding, so of ten inputs three are requests.
    private const int RequestsOfTen = 3;

    [Fact]
    public async Task DamagedInput_OfEveryForm_IsRefusedAndNothingElse()
    {
        var inputs = Setting("CRESCENT_FUZZ_INPUTS") ?? 6_000;
        var seed = Setting("CRESCENT_FUZZ_SEED") ?? 20_261;
        await using var host = await ApiHost.StartAsync(static services => services.AddNodeGrains());
        using var administrator = host.Authority.IssueClient("kubernetes-admin", "system:masters");
        var findings = new ConcurrentQueue<string>();
        var done = 0;
        var stop = TestContext.Current.CancellationToken;
        Say($"{inputs} inputs, seed {seed}");
        await Task.WhenAll(Enumerable.Range(0, Workers).Select(worker => Task.Run(
            async () =>
            {
                var random = new Random(seed + worker);
                var catalog = host.Services.GetRequiredService<ResourceCatalog>();
                var corpus = new Corpus(catalog, random);
                var (decoders, requests) = (new Decoders(corpus, catalog, random), new Requests(corpus, host.Services, administrator, random));
                for (var left = inputs / Workers; left > 0 && findings.Count < MostFindings; left--)
                {
                    try
                    {
                        await (random.Next(10) < RequestsOfTen ? requests.RunAsync(stop) : decoders.RunAsync(stop));
                    }
                    catch (Exception exception) when (!stop.IsCancellationRequested)
                    {
                        findings.Enqueue(exception.ToString());
                        Say(exception.ToString());
                    }

                    if (Interlocked.Increment(ref done) is var count && count % (inputs / 10) == 0)
                    {
                        Say(string.Create(
                            CultureInfo.InvariantCulture,
                            $"{count} inputs, {findings.Count} findings, heap {GC.GetTotalMemory(forceFullCollection: true) >> 20} MiB, process {Environment.WorkingSet >> 20} MiB"));
                    }
                }
            },
            stop)));
        Assert.True(findings.IsEmpty, $"seed {seed}: {string.Join("\n\n", findings.Take(5))}");
    }

    private static void Say(string line) => TestContext.Current.SendDiagnosticMessage(line);

    private static int? Setting(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;
}
