using System.Text;
using System.Text.Json.Nodes;
using Crescent.Api.Tests.Hosting;
using Crescent.Definitions;
using Xunit;

namespace Crescent.Api.Tests.Protocol;

[Collection(ApiHostCollection.Name)]
public sealed class ReadTests(ApiHostFixture fixture)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private HttpClient Admin => fixture.Host.Admin;

    [Fact]
    public async Task List_WithLimit_PagesThroughOneVersion()
    {
        var ns = await MakeAsync("paging", 5);
        var first = await ReadAsync($"/api/v1/namespaces/{ns}/configmaps?limit=2");
        Assert.Equal(2, first["items"]!.AsArray().Count);
        Assert.Equal(3, (int)first["metadata"]!["remainingItemCount"]!);

        await CreateAsync(ns, "a-late-one");
        var names = new List<string>();
        var page = first;
        while (true)
        {
            names.AddRange(page["items"]!.AsArray().Select(static item => (string)item!["metadata"]!["name"]!));
            if ((string?)page["metadata"]!["continue"] is not { } token)
            {
                break;
            }

            page = await ReadAsync($"/api/v1/namespaces/{ns}/configmaps?limit=2&continue={token}");
            Assert.Equal((string)first["metadata"]!["resourceVersion"]!, (string)page["metadata"]!["resourceVersion"]!);
        }

        Assert.Equal(["c0", "c1", "c2", "c3", "c4"], names);
    }

    /// <summary>Clients take "0" for "any version" and refuse to go on from there.</summary>
    [Fact]
    public async Task List_OfWhatNobodyEverMade_HasAVersionThatAWatchGoesOnFrom()
    {
        var lists = ResourceCatalog.BuiltIn.Definitions.Select(static item => $"{(item.Group.Length == 0 ? "/api" : $"/apis/{item.Group}")}/{item.Version}/{item.Plural}");
        foreach (var path in lists)
        {
            Assert.NotEqual("0", (string?)(await ReadAsync($"{path}?limit=1"))["metadata"]!["resourceVersion"]);
        }

        const string Classes = "/apis/storage.k8s.io/v1/csidrivers";
        var version = (string)(await ReadAsync(Classes))["metadata"]!["resourceVersion"]!;
        using var body = new StringContent("""{"metadata":{"name":"first.example.com"}}""", new System.Net.Http.Headers.MediaTypeHeaderValue("application/json"));
        (await Admin.PostAsync(Classes, body, Cancelled)).EnsureSuccessStatusCode();
        await using var stream = await Admin.GetStreamAsync($"{Classes}?watch=1&resourceVersion={version}", Cancelled);
        using var reader = new StreamReader(stream);
        var first = JsonNode.Parse((await reader.ReadLineAsync(Cancelled))!)!;
        Assert.Equal(("ADDED", "first.example.com"), ((string)first["type"]!, (string)first["object"]!["metadata"]!["name"]!));
    }

    [Fact]
    public async Task Get_AsTable_HasCellsAndMetadata()
    {
        var ns = await MakeAsync("tables", 1);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/namespaces/{ns}/configmaps/c0");
        request.Headers.TryAddWithoutValidation("Accept", "application/json;as=Table;v=v1;g=meta.k8s.io,application/json");
        using var answer = await Admin.SendAsync(request, Cancelled);
        var table = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancelled))!;
        Assert.Equal("Table", (string)table["kind"]!);
        Assert.Equal(["Name", "Data", "Age"], table["columnDefinitions"]!.AsArray().Select(static column => (string)column!["name"]!));
        var row = table["rows"]![0]!;
        Assert.Equal("c0", (string)row["cells"]![0]!);
        Assert.Equal("PartialObjectMetadata", (string)row["object"]!["kind"]!);
    }

    [Fact]
    public async Task Watch_SelectorBeginsAndCeasesToMatch_SeesAddedAndDeleted()
    {
        var ns = await MakeAsync("watching", 1);
        var list = await ReadAsync($"/api/v1/namespaces/{ns}/configmaps");
        var path = $"/api/v1/namespaces/{ns}/configmaps?watch=true&labelSelector=on&resourceVersion={list["metadata"]!["resourceVersion"]}";
        using var answer = await Admin.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, Cancelled);
        using var frames = new StreamReader(await answer.Content.ReadAsStreamAsync(Cancelled));

        await PatchAsync(ns, """{"metadata":{"labels":{"on":"1"}}}""");
        var added = JsonNode.Parse((await frames.ReadLineAsync(Cancelled))!)!;
        await PatchAsync(ns, """{"metadata":{"labels":{"on":null}}}""");
        var deleted = JsonNode.Parse((await frames.ReadLineAsync(Cancelled))!)!;

        Assert.Equal("ADDED", (string)added["type"]!);
        Assert.Equal("DELETED", (string)deleted["type"]!);
        Assert.Equal("1", (string)deleted["object"]!["metadata"]!["labels"]!["on"]!);
        var (before, after) = (Version(added), Version(deleted));
        Assert.True(after > before);
    }

    [Fact]
    public async Task Watch_SendInitialEvents_EndsStateWithBookmark()
    {
        var ns = await MakeAsync("initial", 2);
        var path = $"/api/v1/namespaces/{ns}/configmaps?watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true";
        using var answer = await Admin.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, Cancelled);
        using var frames = new StreamReader(await answer.Content.ReadAsStreamAsync(Cancelled));
        var types = new List<string>();
        JsonNode frame;
        do
        {
            frame = JsonNode.Parse((await frames.ReadLineAsync(Cancelled))!)!;
            types.Add((string)frame["type"]!);
        }
        while (types[^1] != "BOOKMARK");

        Assert.Equal(["ADDED", "ADDED", "BOOKMARK"], types);
        Assert.Equal("true", (string)frame["object"]!["metadata"]!["annotations"]!["k8s.io/initial-events-end"]!);
    }

    [Fact]
    public async Task Create_GenerateName_FillsInName()
    {
        var ns = await MakeAsync("generated", 0);
        using var body = new StringContent("""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"generateName":"pre-"}}""", System.Text.Encoding.UTF8, "application/json");
        using var answer = await Admin.PostAsync($"/api/v1/namespaces/{ns}/configmaps", body, Cancelled);
        var created = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancelled))!;
        Assert.Matches("^pre-[bcdfghjklmnpqrstvwxz2456789]{5}$", (string)created["metadata"]!["name"]!);
    }

    [Fact]
    public async Task Create_BodyOfFourMegabytes_IsTooLarge()
    {
        using var body = new ByteArrayContent(new byte[4 * 1024 * 1024]);
        using var answer = await Admin.PostAsync("/api/v1/namespaces/default/configmaps", body, Cancelled);
        var status = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancelled))!;
        Assert.Equal("Request entity too large: limit is 3145728", (string)status["message"]!);
        Assert.Equal(413, (int)answer.StatusCode);
    }

    private static long Version(JsonNode frame) =>
        long.Parse((string)frame["object"]!["metadata"]!["resourceVersion"]!, System.Globalization.CultureInfo.InvariantCulture);

    private async Task<string> MakeAsync(string ns, int count)
    {
        await fixture.Host.CreateNamespaceAsync(ns);
        for (var index = 0; index < count; index++)
        {
            await CreateAsync(ns, $"c{index}");
        }

        return ns;
    }

    private async Task CreateAsync(string ns, string name)
    {
        using var body = new StringContent(
            $$$"""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"{{{name}}}"}}""", System.Text.Encoding.UTF8, "application/json");
        using var answer = await Admin.PostAsync($"/api/v1/namespaces/{ns}/configmaps", body, Cancelled);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancelled));
    }

    private async Task PatchAsync(string ns, string patch)
    {
        using var body = new StringContent(patch, System.Text.Encoding.UTF8, "application/merge-patch+json");
        using var answer = await Admin.PatchAsync($"/api/v1/namespaces/{ns}/configmaps/c0", body, Cancelled);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancelled));
    }

    private async Task<JsonNode> ReadAsync(string path) => JsonNode.Parse(await Admin.GetStringAsync(path, Cancelled))!;
}
