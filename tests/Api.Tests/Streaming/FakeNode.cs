using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Net.WebSockets;
using Crescent.Api.Streaming;

namespace Crescent.Api.Tests.Streaming;

/// <summary>
/// An agent without containers: commands echo their input, the port 9 refuses, every other port of every pod is <see cref="Backend"/>.
/// </summary>
internal sealed class FakeNode : INodeProxy
{
    public const int RefusingPort = 9;

    /// <summary>TCP port on loopback.</summary>
    public int Backend { get; set; }

    /// <summary>Paths and queries that were connected to.</summary>
    public ConcurrentQueue<string> Asked { get; } = new();

    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken = default)
    {
        Asked.Enqueue($"{request.Method} {request.RequestUri!.PathAndQuery}");
        return Task.FromResult(new HttpResponseMessage { Content = new StringContent($"agent saw {request.RequestUri.PathAndQuery}") });
    }

    public Task<WebSocket> ConnectAsync(Uri address, IReadOnlyList<string> protocols, CancellationToken cancellationToken = default)
    {
        Asked.Enqueue(address.PathAndQuery);
        var pipe = new DuplexPipe();
        var agent = WebSocket.CreateFromStream(pipe.Server, new WebSocketCreationOptions { IsServer = true });
        _ = address.AbsolutePath.StartsWith("/portForward/", StringComparison.Ordinal) ? ForwardAsync(agent, address.Query) : EchoAsync(agent);
        return Task.FromResult(WebSocket.CreateFromStream(pipe.Client, new WebSocketCreationOptions { SubProtocol = protocols.FirstOrDefault() }));
    }

    private static async Task EchoAsync(WebSocket agent)
    {
        var buffer = new byte[64 * 1024];
        while (true)
        {
            var (length, isWhole) = (0, false);
            while (!isWhole)
            {
                var received = await agent.ReceiveAsync(buffer.AsMemory(length), CancellationToken.None);
                length += received.Count;
                isWhole = received.EndOfMessage;
                if (received.MessageType == WebSocketMessageType.Close)
                {
                    return;
                }
            }

            if (buffer[0] == RemoteChannel.Close)
            {
                byte[] status = [RemoteChannel.Status, .. """{"metadata":{},"status":"Failure","message":"exit 3","reason":"NonZeroExitCode"}"""u8];
                await agent.SendAsync(status, WebSocketMessageType.Binary, true, CancellationToken.None);
                await agent.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", CancellationToken.None);
                return;
            }

            buffer[0] = buffer[0] == RemoteChannel.Resize ? RemoteChannel.Error : RemoteChannel.Output;
            await agent.SendAsync(buffer.AsMemory(0, length), WebSocketMessageType.Binary, true, CancellationToken.None);
        }
    }

    private async Task ForwardAsync(WebSocket agent, string query)
    {
        if (query.Contains($"port={RefusingPort}&", StringComparison.Ordinal) || query.EndsWith($"port={RefusingPort}", StringComparison.Ordinal))
        {
            await agent.SendAsync("connection refused"u8.ToArray(), WebSocketMessageType.Text, true, CancellationToken.None);
            return;
        }

        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync("127.0.0.1", Backend);
            await CarryAsync(agent, client);
        }
        catch (Exception exception) when (exception is IOException or SocketException or WebSocketException)
        {
            // One side broke off; the other must not wait for it.
            agent.Abort();
        }
    }

    private static async Task CarryAsync(WebSocket agent, TcpClient client)
    {
        await agent.SendAsync(Array.Empty<byte>(), WebSocketMessageType.Binary, true, CancellationToken.None);
        var toBackend = ToBackendAsync(agent, client);
        var buffer = new byte[16 * 1024];
        int count;
        while ((count = await client.GetStream().ReadAsync(buffer)) > 0)
        {
            await agent.SendAsync(buffer.AsMemory(0, count), WebSocketMessageType.Binary, true, CancellationToken.None);
        }

        await agent.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", CancellationToken.None);
        await toBackend;
    }

    private static async Task ToBackendAsync(WebSocket agent, TcpClient client)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (await agent.ReceiveAsync(buffer.AsMemory(), CancellationToken.None) is { MessageType: not WebSocketMessageType.Close } received)
            {
                await client.GetStream().WriteAsync(buffer.AsMemory(0, received.Count));
            }

            client.Client.Shutdown(SocketShutdown.Send);
        }
        catch (WebSocketException)
        {
            // The API broke off: the backend must not wait for more.
            client.Client.Shutdown(SocketShutdown.Both);
        }
    }
}
