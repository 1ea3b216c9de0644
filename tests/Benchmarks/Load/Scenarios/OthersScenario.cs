namespace Crescent.Benchmarks.Load.Scenarios;

/// <summary>
/// Many objects that stay until the run is over, or are deleted at once: what is measured after that in the same run is measured beside
/// them. What an object that stays costs is to be read off after some minutes, when what its creation left has been collected.
/// </summary>
internal sealed class OthersScenario : IScenario
{
    private const int Callers = 64;

    private readonly int _times;
    private readonly bool _stay;

    private OthersScenario(string name, string description, int times, bool stay) => (Name, Description, _times, _stay) = (name, description, times, stay);

    public static OthersScenario Present { get; } =
        new("others", "twenty times as many 1 KB ConfigMaps, which stay until the end; put it first", times: 20, stay: true);

    public static OthersScenario Gone { get; } = new("deleted", "four times as many 1 KB ConfigMaps, created and deleted; put it first", times: 4, stay: false);

    public string Name { get; }

    public string Description { get; }

    public async Task RunAsync(ScenarioContext context, CancellationToken cancellationToken)
    {
        var client = context.Client;
        var count = context.Count * _times;
        var run = $"{context.Time.GetUtcNow().ToUnixTimeSeconds():x}";
        var before = context.Servers.Read().Megabytes;
        await context.MeasureAsync($"{Name}: create", Callers, count, i => client.SendAsync(
            HttpMethod.Post, context.ConfigMaps, ScenarioContext.ConfigMap($"o{run}-{i:D6}"), "application/json", cancellationToken));
        if (!_stay)
        {
            await context.MeasureAsync($"{Name}: delete", Callers, count, i => client.DeleteAsync($"{context.ConfigMaps}/o{run}-{i:D6}", cancellationToken));
            return;
        }

        context.Report.Add(new Measurement($"{Name}: memory", 0)
        {
            Count = count, ServerMegabytes = context.Servers.Read().Megabytes, Remark = $"{before:F0} MB before",
        });
    }
}
