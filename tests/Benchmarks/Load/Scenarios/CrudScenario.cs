using System.Text;

namespace Crescent.Benchmarks.Load.Scenarios;

/// <summary>Create, get, update, merge-patch and delete of ConfigMaps of 1 KB.</summary>
internal sealed class CrudScenario : IScenario
{
    public string Name => "crud";

    public string Description => "create, get, update, patch, delete of 1 KB ConfigMaps";

    public async Task RunAsync(ScenarioContext context, CancellationToken cancellationToken)
    {
        var client = context.Client;

        // What is left of a run that was broken off does not stand in the way.
        var run = $"{context.Time.GetUtcNow().ToUnixTimeSeconds():x}";
        foreach (var callers in context.Concurrency)
        {
            var names = Enumerable.Range(0, context.Count).Select(i => $"c{run}-{callers}-{i:D6}").ToArray();
            var bodies = names.Select(name => ScenarioContext.ConfigMap(name)).ToArray();
            var updates = names.Select(name => ScenarioContext.ConfigMap(name, "b")).ToArray();
            var paths = names.Select(name => $"{context.ConfigMaps}/{name}").ToArray();
            await RunAsync("create", i => client.SendAsync(HttpMethod.Post, context.ConfigMaps, bodies[i], "application/json", cancellationToken));
            await RunAsync("get", i => client.GetAsync(paths[i], cancellationToken));
            await RunAsync("update", i => client.SendAsync(HttpMethod.Put, paths[i], updates[i], "application/json", cancellationToken));
            await RunAsync("merge patch", i => client.SendAsync(
                HttpMethod.Patch, paths[i], Encoding.UTF8.GetBytes($$"""{"data":{"marker":"p{{i}}"} }"""), "application/merge-patch+json",
                cancellationToken));
            await RunAsync("delete", i => client.DeleteAsync(paths[i], cancellationToken));

            // What is not asked for is done only where the rest needs it, and quickly.
            Task RunAsync(string operation, Func<int, Task> call) =>
                context.Operations.Length == 0 || context.Operations.Contains(operation) ? context.MeasureAsync(operation, callers, context.Count, call)
                : operation is "create" or "delete" ? Parallel.ForAsync(
                    0, context.Count, new ParallelOptions { MaxDegreeOfParallelism = 64, CancellationToken = cancellationToken }, async (i, _) => await call(i))
                : Task.CompletedTask;
        }
    }
}
