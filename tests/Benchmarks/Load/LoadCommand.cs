using System.CommandLine;
using Crescent.Benchmarks.Load.Scenarios;

namespace Crescent.Benchmarks.Load;

/// <summary>The command line of the load driver. It can be pointed at any Kubernetes API.</summary>
internal static class LoadCommand
{
    private static readonly IScenario[] Scenarios =
        [new CrudScenario(), new ListScenario(), new WatchScenario(), new ManyWatchesScenario(), new WritersScenario(), new PodScenario(), new DeploymentScenario(), HollowScenario.Bursts, HollowScenario.Rollouts,
            HollowScenario.All, OthersScenario.Present, OthersScenario.Gone, new IdleScenario(), new StandingScenario()];

    public static RootCommand Create()
    {
        var names = new Argument<string[]>("scenario")
        {
            Description = "Scenarios to run: " + string.Join(", ", Scenarios.Select(scenario => $"{scenario.Name} ({scenario.Description})"))
                + "; without one: crud list watch. 'micro' runs the micro-benchmarks instead.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var kubeconfig = new Option<FileInfo>("--kubeconfig")
        {
            Description = "Access to the cluster under test",
            DefaultValueFactory = _ => new(Environment.GetEnvironmentVariable("KUBECONFIG") ?? ".crescent/kubeconfig"),
        };
        var count = new Option<int>("--count") { Description = "Objects per scenario", DefaultValueFactory = _ => 5000 };
        var concurrency = new Option<int[]>("--concurrency")
        {
            Description = "Callers at once, may be repeated", DefaultValueFactory = _ => [1, 16, 64], AllowMultipleArgumentsPerToken = true,
        };
        var operations = new Option<string[]>("--operations")
        {
            Description = "Of crud, what is measured (default: all of create, get, update, merge patch, delete); may be repeated",
            DefaultValueFactory = _ => [], AllowMultipleArgumentsPerToken = true,
        };
        var pids = new Option<int[]>("--pids")
        {
            Description = "Server processes whose CPU and memory are reported; default: all running control plane, agent and database processes",
            AllowMultipleArgumentsPerToken = true,
        };
        var image = new Option<string>("--image") { Description = "Image of real pods", DefaultValueFactory = _ => "crescent.local/busybox:1" };
        var keep = new Option<bool>("--keep") { Description = "Leave the namespace with what is in it" };
        var json = new Option<FileInfo?>("--json") { Description = "Also append the results as JSON lines to this file" };

        var command = new RootCommand("Measures a Kubernetes API server") { names, kubeconfig, count, concurrency, operations, pids, image, keep, json };
        command.SetAction(async (parse, cancellationToken) =>
        {
            var chosen = parse.GetValue(names) is { Length: > 0 } given ? given : ["crud", "list", "watch"];
            var unknown = chosen.FirstOrDefault(name => Scenarios.All(scenario => scenario.Name != name));
            if (unknown is not null)
            {
                await Console.Error.WriteLineAsync($"unknown scenario '{unknown}'; there are: {string.Join(' ', Scenarios.Select(s => s.Name))}");
                return 2;
            }

            var file = parse.GetValue(kubeconfig)!;
            if (!file.Exists)
            {
                await Console.Error.WriteLineAsync($"{file.FullName} does not exist; start a cluster or name one with --kubeconfig");
                return 1;
            }

            using var client = ApiClient.FromKubeconfig(file);
            var context = new ScenarioContext(
                client, parse.GetValue(count), parse.GetValue(concurrency)!, parse.GetValue(operations)!, parse.GetValue(image)!,
                ProcessMeter.For(parse.GetValue(pids) ?? []), new Report(parse.GetValue(json)), TimeProvider.System);
            await context.PrepareAsync(cancellationToken);
            foreach (var name in chosen)
            {
                await Scenarios.First(scenario => scenario.Name == name).RunAsync(context, cancellationToken);
            }

            if (!parse.GetValue(keep))
            {
                await context.CleanUpAsync(cancellationToken);
            }

            context.Report.PrintTable();
            return 0;
        });
        return command;
    }
}
