using System.CommandLine;
using System.Globalization;
using Crescent.Chaos.Checking;
using Crescent.Chaos.Clusters;
using Crescent.Chaos.Faults;
using Crescent.Chaos.History;
using Crescent.Chaos.Running;
using Crescent.Chaos.Workload;

namespace Crescent.Chaos;

/// <summary>The command line behind <c>./crescent chaos</c>. Exit code 0: no violations, 1: some.</summary>
internal static class ChaosCommand
{
    public static RootCommand Create()
    {
        var minutes = new Option<double>("--minutes") { Description = "How long", DefaultValueFactory = _ => 5 };
        var seed = new Option<int?>("--seed") { Description = "Of everything random; printed, so that a run can be tried again" };
        var store = new Option<string>("--store") { Description = "postgres (three silos) or sqlite (one)", DefaultValueFactory = _ => "postgres" };
        store.AcceptOnlyFromAmong("postgres", "sqlite");
        var faults = new Option<string>("--faults")
        {
            Description = "Names, comma-separated, or none: " + string.Join(", ", FaultCatalog.All.Select(fault => $"{fault.Name} ({fault.Description})")),
            DefaultValueFactory = _ => string.Join(',', FaultCatalog.All.Select(fault => fault.Name)),
        };
        var silos = new Option<int>("--silos") { Description = "Silos with PostgreSQL", DefaultValueFactory = _ => 3 };
        var round = new Option<int>("--round") { Description = "Seconds between checks", DefaultValueFactory = _ => 40 };
        var clients = new Option<int>("--clients") { Description = "Clients at once", DefaultValueFactory = _ => new WorkloadOptions().Clients };
        var home = new Option<string>("--home")
        {
            Description = "Where the cluster keeps its files, and histories with violations",
            DefaultValueFactory = _ => Path.Combine(Path.GetTempPath(), $"crescent-chaos-{Environment.ProcessId}"),
        };
        var program = new Option<string>("--silo-program") { Description = "The silo's program", DefaultValueFactory = _ => "artifacts/silo/crescent-silo" };
        var check = new Option<FileInfo?>("--check") { Description = "Only check this history again" };
        var command = new RootCommand("Lets clients work on a cluster that suffers, and checks every answer")
        {
            minutes, seed, store, faults, silos, round, clients, home, program, check,
        };
        command.SetAction(async (parse, cancellationToken) =>
        {
            if (parse.GetValue(check) is { } file)
            {
                return await CheckAsync(file, cancellationToken);
            }

            var names = parse.GetValue(faults)!.Split(',', StringSplitOptions.RemoveEmptyEntries).Where(name => name != "none").ToArray();
            if (names.FirstOrDefault(name => FaultCatalog.All.All(fault => fault.Name != name)) is { } unknown)
            {
                await Console.Error.WriteLineAsync($"crescent: no fault '{unknown}'; see ./crescent chaos --help");
                return 2;
            }

            var isPostgres = parse.GetValue(store) == "postgres";
            return await RunAsync(
                new()
                {
                    Cluster = new()
                    {
                        SiloProgram = parse.GetValue(program)!, Home = Path.GetFullPath(parse.GetValue(home)!), IsPostgres = isPostgres,
                        Silos = parse.GetValue(silos),
                        Network = isPostgres && ChaosNetwork.IsPossible ? $"cz{Environment.ProcessId % 100_000}" : null,
                    },
                    Duration = TimeSpan.FromMinutes(parse.GetValue(minutes)), Round = TimeSpan.FromSeconds(parse.GetValue(round)),
                    Seed = parse.GetValue(seed) ?? Random.Shared.Next(1_000_000), Faults = [.. names.Select(FaultCatalog.Get)],
                    Workload = new() { Clients = parse.GetValue(clients) },
                },
                cancellationToken);
        });
        return command;
    }

    private static async Task<int> RunAsync(RunOptions options, CancellationToken cancellationToken)
    {
        var isSmall = !options.Cluster.IsPostgres && Environment.IsPrivilegedProcess && OperatingSystem.IsLinux();
        if (isSmall)
        {
            await SmallDisk.MountAsync(options.Cluster.Home, megabytes: 64);
        }

        try
        {
            var report = await new ChaosRun(options, TimeProvider.System, Say).RunAsync(cancellationToken);
            foreach (var line in report.Lines())
            {
                Console.WriteLine(line);
            }

            return report.Violations.Count == 0 ? 0 : 1;
        }
        finally
        {
            if (isSmall)
            {
                await SmallDisk.UnmountAsync(options.Cluster.Home);
            }
        }
    }

    private static async Task<int> CheckAsync(FileInfo file, CancellationToken cancellationToken)
    {
        var report = HistoryChecker.Check(await HistoryFile.LoadAsync(file.FullName, cancellationToken), new(AllowsCoalescing: true));
        foreach (var violation in report.Violations)
        {
            Console.WriteLine(violation);
        }

        Console.WriteLine($"{report.Operations} operations, {report.WatchEvents} events: {report.Violations.Count} violations");
        return report.Violations.Count == 0 ? 0 : 1;
    }

    private static void Say(string line) =>
        Console.WriteLine($"{TimeProvider.System.GetUtcNow().ToString("HH:mm:ss", CultureInfo.InvariantCulture)} {line}");
}
