using System.Text.Json;
using System.Text.Json.Nodes;
using Crescent.Api.Tests.Hosting;
using Crescent.Schema;
using Crescent.Testing;
using Xunit;

namespace Crescent.Api.Tests.Protocol;

/// <summary>
/// All that discovery says against <c>testassets/discovery/kubernetes.txt</c>, in the form of that file, and against the facts of the schema
/// catalog.
/// </summary>
[Collection(ApiHostCollection.Name)]
public sealed class DiscoveryTests(ApiHostFixture fixture)
{
    private const string AllVerbs = "create,delete,deletecollection,get,list,patch,update,watch";

    private static readonly string[] Expected =
        [.. File.ReadAllLines(Path.Combine(TestAssets.Path("discovery"), "kubernetes.txt")).Where(static line => !line.StartsWith('#'))];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("v2")]
    [InlineData("v2beta1")]
    public async Task AggregatedDiscovery_EveryResource_IsAsKubernetesShowsIt(string version)
    {
        var accept = $"application/json;g=apidiscovery.k8s.io;v={version};as=APIGroupDiscoveryList,application/json";
        var groups = (await ReadAsync("/api", accept))["items"]!.AsArray().Concat((await ReadAsync("/apis", accept))["items"]!.AsArray());
        AssertSame(groups.SelectMany(Aggregated));
    }

    [Fact]
    public async Task LegacyDiscovery_EveryResource_IsAsKubernetesShowsIt()
    {
        var lines = new List<string>();
        foreach (var version in (await ReadAsync("/api"))["versions"]!.AsArray())
        {
            lines.AddRange(Legacy(await ReadAsync($"/api/{version}")));
        }

        foreach (var group in (await ReadAsync("/apis"))["groups"]!.AsArray())
        {
            Assert.Equal((string)group!["versions"]![0]!["version"]!, (string)group["preferredVersion"]!["version"]!);
            foreach (var version in group["versions"]!.AsArray())
            {
                lines.AddRange(Legacy(await ReadAsync($"/apis/{version!["groupVersion"]}")));
            }
        }

        AssertSame(lines);
    }

    [Fact]
    public void ExpectedResources_OfStoredKinds_AreKnownToTheSchema()
    {
        var stored = Expected.Select(static line => line.Split(' ')).Where(static line => !line[1].Contains('/', StringComparison.Ordinal) && line[^1] == "*");
        Assert.All(stored, static line =>
        {
            var (group, version) = line[0].Split('/') is [var name, var number] ? (name.Split('.')[0], number) : ("core", line[0]);
            Assert.True(SchemaCatalog.BuiltIn.TryGet($"k8s.io.api.{group}.{version}.{line[3]}", out _), string.Join(' ', line));
        });
    }

    // The versions only kubectl 1.27 asks for are extra.
    private static void AssertSame(IEnumerable<string> lines)
    {
        var served = lines.Where(static line => !line.StartsWith("authentication.k8s.io/v1beta1 ", StringComparison.Ordinal)
            && !line.StartsWith("authentication.k8s.io/v1alpha1 ", StringComparison.Ordinal)).ToList();
        var differences = Expected.Except(served).Select(static line => $"missing: {line}").Concat(served.Except(Expected).Select(static line => $"other: {line}")).ToList();
        Assert.True(differences.Count == 0, string.Join('\n', differences));
        Assert.Equal(Expected.Length, served.Count);
        Assert.Equal(Within(Expected), Within(served));
    }

    /// <summary>Resources keep their order inside a group version.</summary>
    private static IEnumerable<string> Within(IEnumerable<string> lines) => lines.Where(static line => !line.Split(' ')[1].Contains('/', StringComparison.Ordinal))
        .GroupBy(static line => line.Split(' ')[0]).OrderBy(static group => group.Key, StringComparer.Ordinal).SelectMany(static group => group);

    private static IEnumerable<string> Aggregated(JsonNode? group) => group!["versions"]!.AsArray().SelectMany(version =>
    {
        var name = (string?)group["metadata"]!["name"];
        var groupVersion = name is null ? (string)version!["version"]! : $"{name}/{version!["version"]}";
        return version["resources"]!.AsArray().SelectMany(resource => (string[])
        [
            $"{groupVersion} {resource!["resource"]} {OrNone(resource["singularResource"])} {resource["responseKind"]!["kind"]} {resource["scope"]} "
                + $"{Texts(resource["shortNames"])} {Texts(resource["categories"])} {Verbs(resource)}",
            .. (resource["subresources"] as JsonArray ?? []).Select(part =>
                $"{groupVersion} {resource["resource"]}/{part!["subresource"]} {Kind(part["responseKind"]!)} {resource["scope"]} {Verbs(part)}"),
        ]);
    });

    private static IEnumerable<string> Legacy(JsonNode list) => list["resources"]!.AsArray().Select(resource =>
    {
        var (name, scope) = ((string)resource!["name"]!, (bool)resource["namespaced"]! ? "Namespaced" : "Cluster");
        if (!name.Contains('/', StringComparison.Ordinal))
        {
            return $"{list["groupVersion"]} {name} {OrNone(resource["singularName"])} {resource["kind"]} {scope} "
                + $"{Texts(resource["shortNames"])} {Texts(resource["categories"])} {Verbs(resource)}";
        }

        Assert.Equal("", (string)resource["singularName"]!);
        var own = (string)list["groupVersion"]!;
        var kind = resource["group"] is { } group ? $"{group}/{resource["version"]}" : own;
        return $"{own} {name} {kind}/{resource["kind"]} {scope} {Verbs(resource)}";
    });

    private static string Kind(JsonNode kind) => (string)kind["group"]! is { Length: > 0 } group ? $"{group}/{kind["version"]}/{kind["kind"]}" : $"{kind["version"]}/{kind["kind"]}";

    private static string OrNone(JsonNode? text) => (string?)text is { Length: > 0 } given ? given : "-";

    private static string Texts(JsonNode? texts) => texts is null ? "-" : string.Join(',', texts.AsArray().Select(static text => (string)text!));

    private static string Verbs(JsonNode item) => Texts(item["verbs"]) is var verbs && verbs == AllVerbs ? "*" : verbs;

    private async Task<JsonNode> ReadAsync(string path, string accept = "application/json")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("Accept", accept);
        using var answer = await fixture.Host.Admin.SendAsync(request, Cancelled);
        Assert.True(answer.IsSuccessStatusCode);
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancelled)) ?? throw new JsonException(path);
    }
}
