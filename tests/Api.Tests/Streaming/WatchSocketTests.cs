using System.Net;
using System.Net.WebSockets;
using System.Text.Json.Nodes;
using Crescent.Api.Tests.Hosting;
using Crescent.Identity;
using Crescent.Watching;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Crescent.Api.Tests.Streaming;

/// <summary>Watches as browsers open them.</summary>
public sealed class WatchSocketTests(StreamHost host) : IClassFixture<StreamHost>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null)]
    [InlineData("binary.k8s.io")]
    [InlineData("base64.binary.k8s.io")]
    public async Task Watch_OverWebSocket_SendsAnEventPerMessage(string? protocol)
    {
        var name = $"watched-{protocol ?? "plain"}";
        using var socket = await ConnectAsync($"watch=true&fieldSelector=metadata.name={name}", protocol);
        Assert.Equal(protocol, socket.SubProtocol);
        await host.PostAsync("/api/v1/namespaces/default/configmaps", $$$"""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"{{{name}}}"}}""");
        using var deleted = await host.Api.Admin.DeleteAsync($"/api/v1/namespaces/default/configmaps/{name}", Cancelled);
        foreach (var expected in (string[])["ADDED", "DELETED"])
        {
            var (type, message) = await ReceiveAsync(socket);
            var change = JsonNode.Parse(message)!;
            Assert.Equal((WebSocketMessageType.Text, expected, name), (type, (string?)change["type"], (string?)change["object"]!["metadata"]!["name"]));
        }

        // Closing ends the watch, and is answered.
        var cache = (ResourceCache)host.Api.Services.GetRequiredService<IResourceCaches>().Get(KnownTypes.ConfigMaps);
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, Cancelled);
        using var poll = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (cache.ReaderCount > 0)
        {
            await poll.WaitForNextTickAsync(Cancelled);
        }
    }

    [Fact]
    public async Task Watch_OfProtobuf_SendsBytesWithoutTheirLength()
    {
        await host.PostAsync("/api/v1/namespaces/default/configmaps", """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"bytes"}}""");
        using var socket = await ConnectAsync(
            "watch=true&fieldSelector=metadata.name=bytes&timeoutSeconds=1", "binary.k8s.io", "application/vnd.kubernetes.protobuf;stream=watch");
        var (type, message) = await ReceiveAsync(socket);
        Assert.Equal(WebSocketMessageType.Binary, type);
        Assert.Equal([(byte)((1 << 3) | 2), 5, .. "ADDED"u8], message[..7]);

        // The watch's own end closes the socket.
        Assert.Equal(WebSocketMessageType.Close, (await ReceiveAsync(socket)).Type);
        Assert.Equal(WebSocketCloseStatus.NormalClosure, socket.CloseStatus);
    }

    [Fact]
    public async Task Watch_OverWebSocketOfAnUnknownProtocol_IsABadRequest()
    {
        var refused = await Assert.ThrowsAsync<WebSocketException>(() => ConnectAsync("watch=true", "v9.example"));
        Assert.Contains("400", refused.Message, StringComparison.Ordinal);
        using var plain = await host.Api.Admin.GetAsync("/api/v1/namespaces/default/configmaps", Cancelled);
        Assert.Equal(HttpStatusCode.OK, plain.StatusCode);
    }

    private async Task<ClientWebSocket> ConnectAsync(string query, string? protocol, string? accept = null)
    {
        var socket = new ClientWebSocket();
        if (protocol is not null)
        {
            socket.Options.AddSubProtocol(protocol);
        }

        if (accept is not null)
        {
            socket.Options.SetRequestHeader("Accept", accept);
        }

        socket.Options.ClientCertificates.Add(host.Api.Authority.IssueClient("kubernetes-admin", "system:masters"));
        socket.Options.RemoteCertificateValidationCallback = static (_, presented, _, _) => presented is not null;
        await socket.ConnectAsync(
            new UriBuilder(host.Api.Address) { Scheme = "wss", Path = "/api/v1/namespaces/default/configmaps", Query = query }.Uri, Cancelled);
        return socket;
    }

    private static async Task<(WebSocketMessageType Type, byte[] Message)> ReceiveAsync(ClientWebSocket socket)
    {
        using var whole = new MemoryStream();
        var buffer = new byte[4096];
        while (true)
        {
            var received = await socket.ReceiveAsync(buffer.AsMemory(), Cancelled);
            whole.Write(buffer, 0, received.Count);
            if (received.EndOfMessage)
            {
                return (received.MessageType, whole.ToArray());
            }
        }
    }
}
