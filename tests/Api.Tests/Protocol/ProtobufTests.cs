using System.Buffers.Binary;
using System.Net;
using System.Text.Json.Nodes;
using Crescent.Api.Encoding.Protobuf;
using Crescent.Api.Tests.Hosting;
using Xunit;

namespace Crescent.Api.Tests.Protocol;

/// <summary>What typed Go clients ask for: <c>application/vnd.kubernetes.protobuf,application/json</c>.</summary>
[Collection(ApiHostCollection.Name)]
public sealed class ProtobufTests(ApiHostFixture fixture)
{
    private const string Both = "application/vnd.kubernetes.protobuf,application/json";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Get_InProtobuf_IsTheObject()
    {
        var ns = await MakeAsync("protobuf-get", "one");
        var item = await ReadAsync($"/api/v1/namespaces/{ns}/configmaps/one");
        Assert.Equal(("ConfigMap", "one", "v"), ((string)item["kind"]!, (string)item["metadata"]!["name"]!, (string)item["data"]!["k"]!));
        Assert.NotEmpty((string)item["metadata"]!["resourceVersion"]!);
    }

    [Fact]
    public async Task List_InProtobuf_PagesLikeJson()
    {
        var ns = await MakeAsync("protobuf-list", "a", "b", "c");
        var page = await ReadAsync($"/api/v1/namespaces/{ns}/configmaps?limit=2");
        Assert.Equal(("ConfigMapList", 1L), ((string)page["kind"]!, (long)page["metadata"]!["remainingItemCount"]!));
        Assert.Equal(["a", "b"], Names(page));
        Assert.Equal(["c"], Names(await ReadAsync($"/api/v1/namespaces/{ns}/configmaps?limit=2&continue={(string)page["metadata"]!["continue"]!}")));
    }

    [Fact]
    public async Task List_OfMetadataInProtobuf_HasNoData()
    {
        var ns = await MakeAsync("protobuf-metadata", "a");
        var list = await ReadAsync($"/api/v1/namespaces/{ns}/configmaps", "application/vnd.kubernetes.protobuf;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1");
        Assert.Equal("PartialObjectMetadataList", (string)list["kind"]!);
        Assert.Equal(["a"], Names(list));
        Assert.Null(list["items"]![0]!["data"]);
    }

    [Fact]
    public async Task Get_OfSomethingMissing_IsAStatusInProtobuf()
    {
        using var answer = await SendAsync("/api/v1/namespaces/default/configmaps/none", Both);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        var status = Decode(await answer.Content.ReadAsByteArrayAsync(Cancelled));
        Assert.Equal(("Status", "NotFound", 404), ((string)status["kind"]!, (string)status["reason"]!, (int)status["code"]!));
    }

    [Fact]
    public async Task Table_IsNeverProtobuf()
    {
        using var answer = await SendAsync("/api/v1/namespaces/default/configmaps", "application/vnd.kubernetes.protobuf;as=Table;g=meta.k8s.io;v=v1,application/json;as=Table;g=meta.k8s.io;v=v1");
        Assert.Equal("application/json", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal("Table", (string)JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancelled))!["kind"]!);
    }

    [Fact]
    public async Task Watch_InProtobuf_HasFramesOfStateChangesAndBookmarks()
    {
        var ns = await MakeAsync("protobuf-watch", "one");
        var path = $"/api/v1/namespaces/{ns}/configmaps?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true";
        using var answer = await SendAsync(path, Both);
        Assert.Equal("application/vnd.kubernetes.protobuf; stream=watch", answer.Content.Headers.ContentType!.ToString());
        await using var frames = await answer.Content.ReadAsStreamAsync(Cancelled);
        var (added, bookmark) = (await NextAsync(frames), await NextAsync(frames));
        Assert.Equal(("ADDED", "one"), (added.Type, (string)added.Item["metadata"]!["name"]!));
        Assert.Equal("BOOKMARK", bookmark.Type);
        Assert.Equal("true", (string)bookmark.Item["metadata"]!["annotations"]!["k8s.io/initial-events-end"]!);

        await CreateAsync(ns, "two");
        var next = await NextAsync(frames);
        Assert.Equal(("ADDED", "two", "v"), (next.Type, (string)next.Item["metadata"]!["name"]!, (string)next.Item["data"]!["k"]!));
    }

    private static async Task<(string Type, JsonNode Item)> NextAsync(Stream frames)
    {
        var head = new byte[sizeof(uint)];
        await frames.ReadExactlyAsync(head, Cancelled);
        var frame = new byte[BinaryPrimitives.ReadUInt32BigEndian(head)];
        await frames.ReadExactlyAsync(frame, Cancelled);
        var type = "";
        JsonNode? item = null;
        var reader = new ProtobufReader(frame);
        while (reader.TryReadTag(out var number, out _))
        {
            var bytes = reader.ReadBytes();
            if (number == 1)
            {
                type = System.Text.Encoding.ASCII.GetString(bytes);
                continue;
            }

            var extension = new ProtobufReader(bytes);
            extension.TryReadTag(out _, out _);
            item = Decode(extension.ReadBytes().ToArray());
        }

        return (type, item!);
    }

    private static JsonNode Decode(byte[] body)
    {
        Assert.True(ProtobufDecoder.TryDecode(body, out var decoded, out var error), error);
        return JsonNode.Parse(decoded!.Json)!;
    }

    private static IEnumerable<string> Names(JsonNode list) => list["items"]!.AsArray().Select(static item => (string)item!["metadata"]!["name"]!);

    private async Task<JsonNode> ReadAsync(string path, string accept = Both)
    {
        using var answer = await SendAsync(path, accept);
        Assert.Equal("application/vnd.kubernetes.protobuf", answer.Content.Headers.ContentType!.MediaType);
        return Decode(await answer.Content.ReadAsByteArrayAsync(Cancelled));
    }

    private async Task<HttpResponseMessage> SendAsync(string path, string accept)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("Accept", accept);
        return await fixture.Host.Admin.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancelled);
    }

    private async Task<string> MakeAsync(string ns, params string[] names)
    {
        await fixture.Host.CreateNamespaceAsync(ns);
        foreach (var name in names)
        {
            await CreateAsync(ns, name);
        }

        return ns;
    }

    private async Task CreateAsync(string ns, string name)
    {
        using var body = new StringContent(
            $$$"""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"{{{name}}}"},"data":{"k":"v"}}""", System.Text.Encoding.UTF8, "application/json");
        using var answer = await fixture.Host.Admin.PostAsync($"/api/v1/namespaces/{ns}/configmaps", body, Cancelled);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancelled));
    }
}
