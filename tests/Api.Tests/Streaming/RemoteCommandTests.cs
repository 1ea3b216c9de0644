using System.Net;
using System.Net.WebSockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using k8s;
using Xunit;

namespace Crescent.Api.Tests.Streaming;

public sealed class RemoteCommandTests(StreamHost host) : IClassFixture<StreamHost>
{
    private const string Exec = "/api/v1/namespaces/default/pods/web/exec?command=cat&stdin=true&stdout=true&stderr=true";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Exec_OverSpdyVersion4_CarriesStreamsAndEndsWithStatus()
    {
        await using var client = await SpdyClient.ConnectAsync(host.Api, Exec, "v5.channel.k8s.io", "v4.channel.k8s.io", "channel.k8s.io");
        Assert.StartsWith("HTTP/1.1 101", client.Head, StringComparison.Ordinal);
        Assert.Contains("X-Stream-Protocol-Version: v4.channel.k8s.io", client.Head, StringComparison.Ordinal);
        var error = await client.OpenAsync(("streamtype", "error"));
        var stdin = await client.OpenAsync(("streamtype", "stdin"));
        var stdout = await client.OpenAsync(("streamtype", "stdout"));
        var stderr = await client.OpenAsync(("streamtype", "stderr"));
        await client.SendAsync(stdin, "over ");
        await client.SendAsync(stdin, "spdy", isFin: true);
        var texts = await client.ReadToEndAsync(error, stdout, stderr);
        Assert.Equal("over spdy", texts[stdout]);
        Assert.Contains("\"reason\":\"NonZeroExitCode\"", texts[error], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Exec_OverSpdyVersion3WithTerminal_ResizesAndEndsWithText()
    {
        await using var client = await SpdyClient.ConnectAsync(
            host.Api, "/api/v1/namespaces/default/pods/web/exec?command=sh&stdin=true&stdout=true&tty=true", "v3.channel.k8s.io");
        var error = await client.OpenAsync(("streamtype", "error"));
        var stdin = await client.OpenAsync(("streamtype", "stdin"));
        var stdout = await client.OpenAsync(("streamtype", "stdout"));
        var resize = await client.OpenAsync(("streamtype", "resize"));
        await client.SendAsync(resize, """{"Width":80,"Height":24}""" + "\n" + """{"Width":90,"Hei""");
        await client.SendAsync(resize, "ght\":30}\n");
        await client.SendAsync(stdin, "x", isFin: true);
        var texts = await client.ReadToEndAsync(error, stdout);
        Assert.Equal(("x", "exit 3"), (texts[stdout], texts[error]));
    }

    [Fact]
    public async Task Exec_UnknownVersions_AreForbiddenWithThoseKnown()
    {
        await using var client = await SpdyClient.ConnectAsync(host.Api, Exec, "v9.channel.k8s.io");
        Assert.StartsWith("HTTP/1.1 403", client.Head, StringComparison.Ordinal);
        Assert.Contains("X-Accepted-Stream-Protocol-Versions: v4.channel.k8s.io", client.Head, StringComparison.Ordinal);
    }

    /// <summary>Go programs name the container in the path's query and once more in the options.</summary>
    [Fact]
    public async Task Exec_ContainerNamedTwice_TakesTheFirst()
    {
        await using var client = await SpdyClient.ConnectAsync(host.Api, $"{Exec}&container=main&container=main", "v4.channel.k8s.io");
        Assert.StartsWith("HTTP/1.1 101", client.Head, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("binary.k8s.io")]
    [InlineData("base64.binary.k8s.io")]
    public async Task Log_OverWebSocket_ComesInMessagesAndEndsWithClose(string protocol)
    {
        using var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol(protocol);
        socket.Options.ClientCertificates.Add(host.Api.Authority.IssueClient("kubernetes-admin", "system:masters"));
        socket.Options.RemoteCertificateValidationCallback = static (_, presented, _, _) => presented is not null;
        await socket.ConnectAsync(new UriBuilder(host.Api.Address) { Scheme = "wss", Path = "/api/v1/namespaces/default/pods/web/log", Query = "tailLines=3" }.Uri, Cancelled);
        Assert.Equal(protocol, socket.SubProtocol);
        var text = new StringBuilder();
        var buffer = new byte[4096];
        while (await socket.ReceiveAsync(buffer.AsMemory(), Cancelled) is { MessageType: not WebSocketMessageType.Close } piece)
        {
            var content = System.Text.Encoding.ASCII.GetString(buffer, 0, piece.Count);
            text.Append(piece.MessageType == WebSocketMessageType.Text ? System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(content)) : content);
        }

        Assert.Equal("agent saw /containerLogs/default/web/main?tailLines=3", text.ToString());
        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, Cancelled);
    }

    [Fact]
    public async Task Exec_WithoutUpgradeOrStreams_IsABadRequest()
    {
        foreach (var path in (string[])[Exec, "/api/v1/namespaces/default/pods/web/exec?command=cat", "/api/v1/namespaces/default/pods/web/exec?stdout=1"])
        {
            using var answer = await host.Api.Admin.PostAsync(path, null, Cancelled);
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        }
    }

    [Fact]
    public async Task Attach_IsTheAgentsAttach()
    {
        await using var client = await SpdyClient.ConnectAsync(host.Api, "/api/v1/namespaces/default/pods/web/attach?stdin=true&stdout=true", "v4.channel.k8s.io");
        Assert.StartsWith("HTTP/1.1 101", client.Head, StringComparison.Ordinal);
        Assert.Contains("/attach/default/web/main?input=1&output=1", host.Node.Asked);
    }

    [Fact]
    public async Task PortForward_OverSpdy_CarriesConnectionsAndErrors()
    {
        await using var client = await SpdyClient.ConnectAsync(host.Api, "/api/v1/namespaces/default/pods/web/portforward", "portforward.k8s.io");
        for (var request = 0; request < 2; request++)
        {
            var error = await client.OpenAsync(("streamtype", "error"), ("port", "8080"), ("requestid", $"{request}"));
            await client.SendAsync(error, "", isFin: true);
            var data = await client.OpenAsync(("streamtype", "data"), ("port", "8080"), ("requestid", $"{request}"));
            await client.SendAsync(data, $"GET /r{request} HTTP/1.0\r\n\r\n");
            var texts = await client.ReadToEndAsync(error, data);
            Assert.Contains($"GET /r{request}", texts[data], StringComparison.Ordinal);
            Assert.Equal("", texts[error]);
        }

        var refused = await client.OpenAsync(("streamtype", "error"), ("port", $"{FakeNode.RefusingPort}"), ("requestid", "7"));
        var nothing = await client.OpenAsync(("streamtype", "data"), ("port", $"{FakeNode.RefusingPort}"), ("requestid", "7"));
        var problem = (await client.ReadToEndAsync(refused, nothing))[refused];
        Assert.StartsWith($"error forwarding port {FakeNode.RefusingPort} to pod web_default", problem, StringComparison.Ordinal);
        Assert.EndsWith("connection refused", problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PortForward_OfTheCSharpClient_CarriesAConnection()
    {
        using var client = Client();
        using var socket = await client.WebSocketNamespacedPodPortForwardAsync("web", "default", [8080], "v4.channel.k8s.io", cancellationToken: Cancelled);
        using var demuxer = new StreamDemuxer(socket, StreamType.PortForward);
        demuxer.Start();
        await using var stream = demuxer.GetStream((byte?)0, (byte?)0);
        await stream.WriteAsync("GET /from-csharp HTTP/1.0\r\n\r\n"u8.ToArray(), Cancelled);
        var buffer = new byte[4096];
        var text = new StringBuilder();
        while (!text.ToString().Contains("/from-csharp", StringComparison.Ordinal))
        {
            var count = await stream.ReadAsync(buffer, Cancelled);
            Assert.True(count > 0, $"the stream ended after {text}");
            text.Append(System.Text.Encoding.ASCII.GetString(buffer, 0, count));
        }

        Assert.StartsWith("HTTP/1.1 200", text.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Exec_OfTheCSharpClient_EndsWithTheExitStatus()
    {
        using var client = Client();
        using var socket = await client.WebSocketNamespacedPodExecAsync("web", "default", "cat", "main", tty: false, webSocketSubProtocol: "v4.channel.k8s.io", cancellationToken: Cancelled);
        Assert.Equal("v4.channel.k8s.io", socket.SubProtocol);
        await socket.SendAsync((byte[])[0, .. "from C#"u8], System.Net.WebSockets.WebSocketMessageType.Binary, true, Cancelled);
        var buffer = new byte[1024];
        var received = await socket.ReceiveAsync(buffer, Cancelled);
        Assert.Equal("\u0001from C#", System.Text.Encoding.ASCII.GetString(buffer, 0, received.Count));
    }

    [Theory]
    [InlineData("base64.channel.k8s.io")]
    [InlineData("v4.base64.channel.k8s.io")]
    public async Task Exec_OverTextFrames_CarriesTheChannelsDigitAndBase64(string protocol)
    {
        using var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol(protocol);
        socket.Options.ClientCertificates.Add(host.Api.Authority.IssueClient("kubernetes-admin", "system:masters"));
        socket.Options.RemoteCertificateValidationCallback = static (_, presented, _, _) => presented is not null;
        var exec = Exec.Split('?');
        await socket.ConnectAsync(new UriBuilder(host.Api.Address) { Scheme = "wss", Path = exec[0], Query = exec[1] }.Uri, Cancelled);
        Assert.Equal(protocol, socket.SubProtocol);

        // In pieces that cut groups of four, as a proxy may cut them.
        var text = System.Text.Encoding.ASCII.GetBytes("0" + Convert.ToBase64String("in base64"u8));
        await socket.SendAsync(text.AsMemory(0, 6), WebSocketMessageType.Text, false, Cancelled);
        await socket.SendAsync(text.AsMemory(6), WebSocketMessageType.Text, true, Cancelled);
        var answer = new StringBuilder();
        var buffer = new byte[4096];
        while (answer.Length < "in base64".Length)
        {
            var received = await socket.ReceiveAsync(buffer.AsMemory(), Cancelled);
            Assert.Equal((WebSocketMessageType.Text, true, (byte)'1'), (received.MessageType, received.EndOfMessage, buffer[0]));
            answer.Append(System.Text.Encoding.ASCII.GetString(Convert.FromBase64String(System.Text.Encoding.ASCII.GetString(buffer, 1, received.Count - 1))));
        }

        Assert.Equal("in base64", answer.ToString());
        await socket.SendAsync("0no base64!"u8.ToArray(), WebSocketMessageType.Text, true, Cancelled);
        ValueWebSocketReceiveResult last;
        do
        {
            last = await socket.ReceiveAsync(buffer.AsMemory(), Cancelled);
        }
        while (last.MessageType != WebSocketMessageType.Close);
        Assert.Equal(WebSocketCloseStatus.InvalidPayloadData, socket.CloseStatus);
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "", Cancelled);
    }

    private Kubernetes Client()
    {
        var certificate = host.Api.Authority.IssueClient("kubernetes-admin", "system:masters");
        return new(new KubernetesClientConfiguration
        {
            Host = host.Api.Address.ToString(), SkipTlsVerify = true,
            ClientCertificateData = Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes(certificate.ExportCertificatePem())),
            ClientCertificateKeyData = Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes(certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem())),
        });
    }
}
