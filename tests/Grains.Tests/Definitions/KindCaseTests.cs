using System.Text.Json;
using System.Text.Json.Nodes;
using Crescent.Definitions;
using Crescent.Grains.Tests.Mutation;
using Crescent.Resources;
using Crescent.Testing;
using Crescent.Testing.Yaml;

namespace Crescent.Grains.Tests.Definitions;

/// <summary>
/// Golden cases per kind: <c>input.yaml</c> as a user writes it, <c>stored.json</c> what it becomes, <c>table.txt</c> how <c>kubectl get -o wide</c>
/// shows it, <c>refused.yaml</c> changes of the input that are refused at creation, or as an update where <c>update: true</c>
/// (of the <c>subresource</c> it names), with the message.
/// CRESCENT_GOLDEN=write writes stored.json and table.txt anew.
/// </summary>
public sealed class KindCaseTests
{
    private const string Area = "kinds";
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static TheoryData<string> Cases => new(TestAssets.Cases(Area));

    [Fact]
    public void Kinds_OfTheCatalog_HaveACaseAndMistakesEach()
    {
        var kinds = TestAssets.Cases(Area).Where(static name => File.Exists(Path.Combine(TestAssets.Path(Area), name, "refused.yaml")))
            .Select(static name => Read(name).Definition).Select(static item => (item.ApiVersion, item.Kind)).ToHashSet();
        Assert.Empty(ResourceCatalog.BuiltIn.Definitions.Select(static item => (item.ApiVersion, item.Kind)).Except(kinds));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Kind_GoldenInput_IsStoredAndShownAsKubernetesDoes(string name)
    {
        var (definition, input) = Read(name);
        var harness = Harness(definition, input);
        var decision = await harness.CreateAsync(input.ToJsonString());
        Assert.True(decision.Outcome == MutationOutcome.Created, decision.Error?.Message);
        var stored = JsonNode.Parse(definition.Show(harness.Current!.Body))!.AsObject();
        var uid = (string)stored["metadata"]!["uid"]!;
        Assert.True(stored["metadata"]!.AsObject().Remove("managedFields"));
        var table = Table(definition, harness.Object).Replace(uid, "UID", StringComparison.Ordinal);
        var text = stored.ToJsonString(Indented).Replace(uid, "UID", StringComparison.Ordinal);
        Compare(Path.Combine(TestAssets.Path(Area), name, "stored.json"), text);
        Compare(Path.Combine(TestAssets.Path(Area), name, "table.txt"), table);
        Assert.Equal(MutationOutcome.Unchanged, (await harness.ReplaceAsync(stored.ToJsonString())).Outcome);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Kind_GoldenMistakes_AreRefusedInKubernetesWords(string name)
    {
        var path = Path.Combine(TestAssets.Path(Area), name, "refused.yaml");
        var (expected, actual) = (new List<string>(), new List<string>());
        foreach (var mistake in File.Exists(path) ? YamlDocuments.Read(path) : [])
        {
            var (definition, input) = Read(name);
            var harness = Harness(definition, input);
            var patch = mistake["patch"]!.AsObject();
            string? message;
            if ((bool?)mistake["update"] ?? false)
            {
                Assert.Equal(MutationOutcome.Created, (await harness.CreateAsync(input.ToJsonString())).Outcome);
                harness.ChecksStatus = true;
                message = (await harness.PatchAsync(PatchKind.Merge, patch.ToJsonString(), (string?)mistake["subresource"] ?? "")).Error?.Message;
            }
            else
            {
                message = (await harness.CreateAsync(Merge(input, patch).ToJsonString())).Error?.Message;
            }

            if ((string?)mistake["message"] is var wanted && wanted != message)
            {
                expected.Add($"{wanted}");
                actual.Add($"{message}");
            }
        }

        Assert.Equal(string.Join('\n', expected), string.Join('\n', actual));
    }

    private static (ResourceDefinition Definition, JsonObject Input) Read(string name)
    {
        var input = YamlDocuments.Read(Path.Combine(TestAssets.Path(Area), name, "input.yaml")).Single();
        Assert.True(ResourceCatalog.BuiltIn.TryGetKind((string)input["apiVersion"]!, (string)input["kind"]!, out var definition));
        return (definition, input);
    }

    private static PipelineHarness Harness(ResourceDefinition definition, JsonObject input) =>
        new(definition.Type, (string)input["metadata"]!["name"]!, definition.IsNamespaced ? "default" : "") 
        {
            ApiVersion = definition.ApiVersion, Groups = ["system:masters"],
        };

    private static JsonObject Merge(JsonObject target, JsonObject patch)
    {
        foreach (var (member, value) in patch)
        {
            if (value is null)
            {
                target.Remove(member);
            }
            else if (value is JsonObject change && target[member] is JsonObject child)
            {
                Merge(child, change);
            }
            else
            {
                target[member] = value.DeepClone();
            }
        }

        return target;
    }

    private static string Table(ResourceDefinition definition, JsonObject stored)
    {
        using var document = JsonDocument.Parse(stored.ToJsonString());
        var now = new DateTimeOffset(2026, 1, 2, 3, 9, 5, TimeSpan.Zero);
        var columns = definition.Columns.OrderBy(static column => column.Priority).ToList();
        var cells = columns.Select(column => $"{column.Cell(document.RootElement, now)}");
        return $"{string.Join(" | ", columns.Select(static column => column.Name.ToUpperInvariant()))}\n{string.Join(" | ", cells)}\n";
    }

    private static void Compare(string path, string actual)
    {
        if (Environment.GetEnvironmentVariable("CRESCENT_GOLDEN") == "write")
        {
            File.WriteAllText(path, actual.TrimEnd() + "\n");
        }

        Assert.Equal(File.ReadAllText(path).TrimEnd(), actual.TrimEnd());
    }
}
