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
        foreach (var callers in context.Concurrency)
        {
            var names = Enumerable.Range(0, context.Count).Select(i => $"c{callers}-{i:D6}").ToArray();
            var bodies = names.Select(name => ScenarioContext.ConfigMap(name)).ToArray();
            var updates = names.Select(name => ScenarioContext.ConfigMap(name, "b")).ToArray();
            var paths = names.Select(name => $"{context.ConfigMaps}/{name}").ToArray();
            await context.MeasureAsync("create", callers, context.Count, i =>
                client.SendAsync(HttpMethod.Post, context.ConfigMaps, bodies[i], "application/json", cancellationToken));
            await context.MeasureAsync("get", callers, context.Count, i => client.GetAsync(paths[i], cancellationToken));
            await context.MeasureAsync("update", callers, context.Count, i =>
                client.SendAsync(HttpMethod.Put, paths[i], updates[i], "application/json", cancellationToken));
            await context.MeasureAsync("merge patch", callers, context.Count, i => client.SendAsync(
                HttpMethod.Patch, paths[i], Encoding.UTF8.GetBytes($$"""{"data":{"marker":"p{{i}}"} }"""), "application/merge-patch+json",
                cancellationToken));
            await context.MeasureAsync("delete", callers, context.Count, i => client.DeleteAsync(paths[i], cancellationToken));
        }
    }
}
