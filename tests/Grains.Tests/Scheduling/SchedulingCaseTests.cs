using System.Text.Json.Nodes;
using Crescent.Testing;
using Crescent.Testing.Yaml;

namespace Crescent.Grains.Tests.Scheduling;

/// <summary>
/// Golden cases: <c>cluster.yaml</c> holds nodes and pods (those without nodeName are to be scheduled, in order), <c>expected.yaml</c> maps
/// pods to nodes under <c>bound</c> and to messages under <c>waiting</c>.
/// </summary>
public sealed class SchedulingCaseTests
{
    private const string Area = "scheduling";

    public static TheoryData<string> Cases => new(TestAssets.Cases(Area));

    [Theory]
    [MemberData(nameof(Cases))]
    public void Scheduler_GoldenCase_PlacesPodsAsExpected(string name)
    {
        var harness = new SchedulerHarness();
        foreach (var body in YamlDocuments.Read(Path.Combine(TestAssets.Path(Area), name, "cluster.yaml")))
        {
            harness.Add(body);
        }

        harness.Run();

        var expected = YamlDocuments.Read(Path.Combine(TestAssets.Path(Area), name, "expected.yaml")).Single();
        Assert.Equal(Texts(expected["bound"]), harness.Bound.OrderBy(static pair => pair.Key, StringComparer.Ordinal));
        Assert.Equal(Texts(expected["waiting"]), harness.Messages.OrderBy(static pair => pair.Key, StringComparer.Ordinal));
    }

    private static IEnumerable<KeyValuePair<string, string>> Texts(JsonNode? map) =>
        (map as JsonObject ?? []).Select(static pair => KeyValuePair.Create(pair.Key, (string)pair.Value!)).OrderBy(static pair => pair.Key, StringComparer.Ordinal);
}
