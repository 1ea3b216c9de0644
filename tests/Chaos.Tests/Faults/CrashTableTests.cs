using Crescent.Chaos.Checking;
using Crescent.Chaos.Clusters;
using Crescent.Chaos.Workload;
using Crescent.Grains.Resources;

namespace Crescent.Chaos.Tests.Faults;

/// <summary>The crash table of docs/resource-core.md, row by row, on real processes: a silo dies exactly there while clients work.</summary>
[Collection(SiloProcesses.Name)]
public sealed class CrashTableTests : IAsyncLifetime
{
    private readonly string _home = Directory.CreateTempSubdirectory("crescent-crash-").FullName;
    private ChaosCluster _cluster = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        SiloProgram.NeedPostgres();
        _cluster = await ChaosCluster.StartAsync(new() { SiloProgram = SiloProgram.Path, Home = _home, Silos = 2 }, TimeProvider.System, Token);
    }

    public async ValueTask DisposeAsync()
    {
        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }

        Directory.Delete(_home, recursive: true);
        if (Directory.Exists($"{_home}-output"))
        {
            Directory.Delete($"{_home}-output", recursive: true);
        }
    }

    [Fact]
    public async Task Silo_DiesAtAnyPointOfAWrite_LosesNothing()
    {
        // Whichever silo the objects are on: their buckets stay where they were first asked for.
        foreach (var point in (string[])[CrashPoint.Reserve, CrashPoint.Commit, CrashPoint.Committed, CrashPoint.Published])
        {
            await CrashAsync($"{point}:20", [.. _cluster.Silos]);
        }
    }

    [Fact]
    public async Task Sequencer_DiesAtAnyPoint_LosesNothing()
    {
        // Whichever silo it is on: where one dies, the sequencer moves to the other, which dies as well.
        foreach (var point in (string[])[CrashPoint.SequencerReserved, CrashPoint.SequencerPublished])
        {
            await CrashAsync($"{point}:40", [.. _cluster.Silos]);
        }

        // Transactions whose outcome their writers did not hear of are settled; whoever does that dies in the middle of it.
        await CrashAsync(CrashPoint.Settle, CutConnectionsAsync, [.. _cluster.Silos]);
    }

    private async Task CutConnectionsAsync() => await _cluster.ExecuteAsync(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'crescent-resources' AND state = 'active'", Token);

    private Task CrashAsync(string point, params SiloProcess[] silos) => CrashAsync(point, static () => Task.CompletedTask, silos);

    /// <param name="point">Where to die, as <c>NAME[:n]</c>.</param>
    /// <param name="disturb">Done over and over until a silo has died.</param>
    /// <param name="silos">Those that are to die there.</param>
    private async Task CrashAsync(string point, Func<Task> disturb, params SiloProcess[] silos)
    {
        foreach (var silo in silos)
        {
            await silo.KillAsync(Token);
            silo.Start(point);
        }

        await _cluster.EnsureReadyAsync(Token);
        var space = $"crash-{point.Replace(':', '-')}";
        await _cluster.CreateNamespaceAsync(space, Token);
        var run = new WorkloadRun(
            () => [.. _cluster.Silos.Select(silo => new HttpObjectApi(_cluster.Connections.Open(silo.Machine.Api), space, TimeSpan.FromSeconds(15)))],
            new() { Clients = 6, Watchers = 3, MaxPause = TimeSpan.FromMilliseconds(10), MaxWatch = TimeSpan.FromSeconds(2) },
            TimeProvider.System, seed: 3);

        var crashed = Task.WhenAny(silos.Select(silo => silo.CrashPointReached)).WaitAsync(Token);
        using (var again = new PeriodicTimer(TimeSpan.FromMilliseconds(50)))
        {
            while (!crashed.IsCompleted && await again.WaitForNextTickAsync(Token))
            {
                await disturb();
            }
        }

        await crashed;
        await _cluster.EnsureReadyAsync(Token);
        var report = HistoryChecker.Check(await run.FinishAsync(_cluster.EnsureReadyAsync, Token), new(AllowsCoalescing: true));

        Assert.Empty(report.Violations);
    }
}
