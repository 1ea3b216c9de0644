using System.Net.WebSockets;
using Crescent.Api.Streaming;
using Xunit;

namespace Crescent.Api.Tests.Streaming;

public sealed class NodeTunnelTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Read_IntoNoRoom_WaitsForDataAndLeavesIt()
    {
        var pipe = new DuplexPipe();
        using var agent = WebSocket.CreateFromStream(pipe.Server, new WebSocketCreationOptions { IsServer = true });
        await agent.SendAsync(Array.Empty<byte>(), WebSocketMessageType.Binary, true, Cancelled);
        await using var tunnel = await NodeTunnel.OpenAsync(new OneSocket(WebSocket.CreateFromStream(pipe.Client, new WebSocketCreationOptions())), new("https://n1"), Cancelled);

        var waiting = tunnel.ReadAsync(Memory<byte>.Empty, Cancelled).AsTask();
        Assert.False(waiting.IsCompleted);
        await agent.SendAsync("hello"u8.ToArray(), WebSocketMessageType.Binary, true, Cancelled);
        Assert.Equal(0, await waiting.WaitAsync(TimeSpan.FromSeconds(60), Cancelled));
        var buffer = new byte[16];
        Assert.Equal(5, await tunnel.ReadAsync(buffer, Cancelled));
    }

    [Fact]
    public async Task Read_EmptyMessage_IsNotTheEnd()
    {
        var pipe = new DuplexPipe();
        using var agent = WebSocket.CreateFromStream(pipe.Server, new WebSocketCreationOptions { IsServer = true });
        await agent.SendAsync(Array.Empty<byte>(), WebSocketMessageType.Binary, true, Cancelled);
        await using var tunnel = await NodeTunnel.OpenAsync(new OneSocket(WebSocket.CreateFromStream(pipe.Client, new WebSocketCreationOptions())), new("https://n1"), Cancelled);
        await agent.SendAsync(Array.Empty<byte>(), WebSocketMessageType.Binary, true, Cancelled);
        await agent.SendAsync("x"u8.ToArray(), WebSocketMessageType.Binary, true, Cancelled);
        var buffer = new byte[16];
        Assert.Equal(1, await tunnel.ReadAsync(buffer, Cancelled));
    }

    private sealed class OneSocket(WebSocket socket) : INodeProxy
    {
        public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public Task<WebSocket> ConnectAsync(Uri address, IReadOnlyList<string> protocols, CancellationToken cancellationToken = default) => Task.FromResult(socket);
    }
}
