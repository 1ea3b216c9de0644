using System.Text.Json;

namespace Crescent.Benchmarks.Load.Scenarios;

/// <summary>LIST of all objects: consistent, from cache, in pages, compressed.</summary>
internal sealed class ListScenario : IScenario
{
    private const int Rounds = 50;

    public string Name => "list";

    public string Description => "LIST of many 1 KB ConfigMaps";

    public async Task RunAsync(ScenarioContext context, CancellationToken cancellationToken)
    {
        var client = context.Client;
        await context.MeasureAsync("create (for list)", 64, context.Count, i => client.SendAsync(
            HttpMethod.Post, context.ConfigMaps, ScenarioContext.ConfigMap($"l-{i:D6}"), "application/json", cancellationToken));
        await context.MeasureAsync("list consistent", 1, Rounds, _ => client.CountAsync(context.ConfigMaps, acceptsGzip: false, cancellationToken));
        await context.MeasureAsync("list from cache", 1, Rounds, _ =>
            client.CountAsync($"{context.ConfigMaps}?resourceVersion=0", acceptsGzip: false, cancellationToken));
        await context.MeasureAsync("list in pages of 500", 1, Rounds, _ => ListInPagesAsync(context, cancellationToken));
        await context.MeasureAsync("list gzip", 1, Rounds, _ => client.CountAsync(context.ConfigMaps, acceptsGzip: true, cancellationToken));
        await context.MeasureAsync("delete (after list)", 64, context.Count, i =>
            client.DeleteAsync($"{context.ConfigMaps}/l-{i:D6}", cancellationToken));
    }

    private static async Task ListInPagesAsync(ScenarioContext context, CancellationToken cancellationToken)
    {
        var token = "";
        do
        {
            var page = await context.Client.GetAsync(
                $"{context.ConfigMaps}?limit=500{(token.Length == 0 ? "" : "&continue=" + Uri.EscapeDataString(token))}", cancellationToken);
            token = Continue(page);
        }
        while (token.Length > 0);
    }

    private static string Continue(byte[] page)
    {
        var reader = new Utf8JsonReader(page);
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals("continue"u8) && reader.CurrentDepth == 2)
            {
                reader.Read();
                return reader.GetString() ?? "";
            }

            if (reader.TokenType == JsonTokenType.StartArray && reader.CurrentDepth == 1)
            {
                reader.Skip();
            }
        }

        return "";
    }
}
