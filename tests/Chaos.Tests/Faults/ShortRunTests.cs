using Crescent.Chaos.Clusters;
using Crescent.Chaos.Faults;
using Crescent.Chaos.Running;

namespace Crescent.Chaos.Tests.Faults;

/// <summary>What <c>./crescent chaos</c> does for hours, for seconds and from a fixed seed.</summary>
[Collection(SiloProcesses.Name)]
public sealed class ShortRunTests
{
    [Fact]
    public async Task Postgres_SilosAndDatabaseSuffer_NothingIsLost()
    {
        SiloProgram.NeedPostgres();
        await RunAsync(seed: 11, isPostgres: true, ["kill-silo", "pause-silo", "database-restart", "connections-cut", "move-sequencer"]);
    }

    [Fact]
    public async Task Sqlite_KilledAndWithoutRoom_NothingIsLost()
    {
        SiloProgram.NeedRoot();
        await RunAsync(seed: 12, isPostgres: false, ["kill-silo", "disk-full"]);
    }

    private static async Task RunAsync(int seed, bool isPostgres, string[] faults)
    {
        var home = Directory.CreateTempSubdirectory("crescent-chaos-").FullName;
        if (!isPostgres)
        {
            await SmallDisk.MountAsync(home, megabytes: 64);
        }

        try
        {
            var run = new ChaosRun(
                new()
                {
                    Cluster = new() { SiloProgram = SiloProgram.Path, Home = home, IsPostgres = isPostgres, Silos = 2 },
                    Duration = TimeSpan.FromSeconds(20), Round = TimeSpan.FromSeconds(20), Seed = seed,
                    Faults = [.. faults.Select(FaultCatalog.Get)],
                },
                TimeProvider.System,
                line => TestContext.Current.TestOutputHelper?.WriteLine(line));

            var report = await run.RunAsync(TestContext.Current.CancellationToken);

            Assert.Empty(report.Violations);
            Assert.NotEmpty(report.Faults);
            Assert.True(report.Operations > 100, $"only {report.Operations} operations");
        }
        finally
        {
            if (!isPostgres)
            {
                await SmallDisk.UnmountAsync(home);
            }

            Directory.Delete(home, recursive: true);
            if (Directory.Exists($"{home}-output"))
            {
                Directory.Delete($"{home}-output", recursive: true);
            }
        }
    }
}
