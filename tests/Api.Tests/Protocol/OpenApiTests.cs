using System.Net;
using System.Text.Json.Nodes;
using Crescent.Api.Tests.Hosting;
using Xunit;

namespace Crescent.Api.Tests.Protocol;

[Collection(ApiHostCollection.Name)]
public sealed class OpenApiTests(ApiHostFixture fixture)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Version2_InJson_NamesTypesAndKindsAsItsVocabularyDoes()
    {
        var document = await ReadAsync("/openapi/v2");
        Assert.Equal("2.0", (string)document["swagger"]!);
        var pod = document["definitions"]!["io.k8s.api.core.v1.Pod"]!;
        Assert.Equal("Pod", (string)pod["x-kubernetes-group-version-kind"]![0]!["kind"]!);
        Assert.Equal("#/definitions/io.k8s.api.core.v1.PodSpec", (string)pod["properties"]!["spec"]!["$ref"]!);
        var containers = document["definitions"]!["io.k8s.api.core.v1.PodSpec"]!["properties"]!["containers"]!;
        Assert.Equal(("name", "merge"), ((string)containers["x-kubernetes-patch-merge-key"]!, (string)containers["x-kubernetes-patch-strategy"]!));
        var create = document["paths"]!["/api/v1/namespaces/{namespace}/pods"]!["post"]!;
        Assert.Contains(create["parameters"]!.AsArray(), static item => (string)item!["in"]! == "body" && (string)item["schema"]!["$ref"]! == "#/definitions/io.k8s.api.core.v1.Pod");
        Assert.DoesNotContain("#/components/", document.ToJsonString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("api/v1", "ComponentStatus", "conditions")]
    [InlineData("api/v1", "Binding", "target")]
    [InlineData("apis/authentication.k8s.io/v1", "TokenReview", "spec")]
    [InlineData("apis/authentication.k8s.io/v1", "SelfSubjectReview", "status")]
    [InlineData("apis/authorization.k8s.io/v1", "SelfSubjectRulesReview", "spec")]
    [InlineData("apis/authorization.k8s.io/v1", "LocalSubjectAccessReview", "status")]
    [InlineData("apis/metrics.k8s.io/v1beta1", "PodMetrics", "containers")]
    [InlineData("apis/metrics.k8s.io/v1beta1", "NodeMetrics", "usage")]
    public async Task Version3_OfWhatIsAnsweredOnTheSpot_HasItsTypeAndPaths(string name, string kind, string field)
    {
        Assert.NotNull((await ReadAsync("/openapi/v3"))["paths"]![name]);
        var document = await ReadAsync($"/openapi/v3/{name}");
        var type = document["components"]!["schemas"]!.AsObject().Single(item => item.Key.EndsWith($".{kind}", StringComparison.Ordinal)).Value!;
        Assert.Contains(type["x-kubernetes-group-version-kind"]!.AsArray(), item => (string)item!["kind"]! == kind);
        Assert.NotNull(type["properties"]![field]);
        Assert.Contains(
            document["paths"]!.AsObject().SelectMany(static path => path.Value!.AsObject().Select(static item => item.Value)).OfType<JsonObject>(),
            operation => (string?)operation["x-kubernetes-group-version-kind"]?["kind"] == kind);
    }

    /// <summary>Resources of discovery that no document speaks of cannot be explained.</summary>
    [Fact]
    public async Task Version3_EveryResourceOfDiscovery_IsDescribed()
    {
        var groups = (await ReadAsync("/apis"))["groups"]!.AsArray().SelectMany(static group => group!["versions"]!.AsArray())
            .Select(static version => $"apis/{(string)version!["groupVersion"]!}").Append("api/v1").ToList();
        foreach (var group in groups)
        {
            var kinds = (await ReadAsync($"/openapi/v3/{group}"))["components"]!["schemas"]!.AsObject()
                .SelectMany(static item => item.Value!["x-kubernetes-group-version-kind"] as JsonArray ?? []).Select(static item => (string)item!["kind"]!).ToHashSet(StringComparer.Ordinal);
            var resources = (await ReadAsync($"/{group}"))["resources"]!.AsArray().Where(static item => !((string)item!["name"]!).Contains('/', StringComparison.Ordinal));
            Assert.All(resources, item => Assert.Contains((string)item!["kind"]!, kinds));
        }
    }

    [Fact]
    public async Task Version2_EveryReference_IsDefined()
    {
        var document = await ReadAsync("/openapi/v2");
        var names = document["definitions"]!.AsObject().Select(static item => $"#/definitions/{item.Key}").ToHashSet(StringComparer.Ordinal);
        Assert.All(References(document), reference => Assert.Contains(reference, names));
    }

    [Theory]
    [InlineData("/openapi/v2", "application/json")]
    [InlineData("/openapi/v2", "application/com.github.proto-openapi.spec.v2@v1.0+protobuf")]
    [InlineData("/openapi/v3/apis/apps/v1", "application/json")]
    public async Task Document_ThatTheClientHas_IsNotSentAgain(string path, string accept)
    {
        using var first = await GetAsync(path, accept, null);
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        using var second = await GetAsync(path, accept, first.Headers.ETag!.ToString());
        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
    }

    private async Task<HttpResponseMessage> GetAsync(string path, string accept, string? known)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("Accept", accept);
        if (known is not null)
        {
            request.Headers.TryAddWithoutValidation("If-None-Match", known);
        }

        return await fixture.Host.Admin.SendAsync(request, Cancelled);
    }

    private async Task<JsonNode> ReadAsync(string path) => JsonNode.Parse(await fixture.Host.Admin.GetStringAsync(path, Cancelled))!;

    private static IEnumerable<string> References(JsonNode? node) => node switch
    {
        JsonObject members => members.SelectMany(static item => item is { Key: "$ref", Value: JsonValue } ? [(string)item.Value!] : References(item.Value)),
        JsonArray items => items.SelectMany(References),
        _ => [],
    };
}
