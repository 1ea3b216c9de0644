using System.Net.WebSockets;

namespace Crescent.Api.Streaming;

/// <summary>
/// A TCP connection that a node's agent holds to a pod, carried by a WebSocket: binary messages are data, the first one is empty and says
/// that the connection stands; a text message says why it does not.
/// </summary>
internal sealed class NodeTunnel : Stream
{
    private readonly WebSocket _socket;
    private bool _isWriteClosed;

    private NodeTunnel(WebSocket socket) => _socket = socket;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => true;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <exception cref="NodeRefusedException">The agent cannot be reached, or nobody listens on the pod's port.</exception>
    public static async Task<NodeTunnel> OpenAsync(INodeProxy nodes, Uri address, CancellationToken cancellationToken)
    {
        var socket = await nodes.ConnectAsync(address, [], cancellationToken);
        try
        {
            var text = new byte[4096];
            var first = await socket.ReceiveAsync(text.AsMemory(), cancellationToken);
            return first.MessageType == WebSocketMessageType.Binary
                ? new(socket)
                : throw new NodeRefusedException(
                    first.MessageType == WebSocketMessageType.Text ? System.Text.Encoding.UTF8.GetString(text, 0, first.Count) : "the node closed the connection")
                { StatusCode = 503 };
        }
        catch (Exception exception) when (exception is WebSocketException or NodeRefusedException or OperationCanceledException)
        {
            socket.Dispose();
            throw exception is WebSocketException ? new NodeRefusedException(exception.Message, exception) { StatusCode = 503 } : exception;
        }
    }

    /// <summary>Into no room at all it waits for data and leaves it: so a pool of connections watches over an idle one.</summary>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            while (_socket.State is WebSocketState.Open or WebSocketState.CloseSent)
            {
                var received = await _socket.ReceiveAsync(buffer, cancellationToken);
                if (received.MessageType == WebSocketMessageType.Close)
                {
                    return 0;
                }

                if (received.Count > 0 || buffer.IsEmpty)
                {
                    return received.Count;
                }
            }

            return 0;
        }
        catch (WebSocketException exception)
        {
            throw new IOException(exception.Message, exception);
        }
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            if (!buffer.IsEmpty)
            {
                await _socket.SendAsync(buffer, WebSocketMessageType.Binary, endOfMessage: true, cancellationToken);
            }
        }
        catch (WebSocketException exception)
        {
            throw new IOException(exception.Message, exception);
        }
    }

    /// <summary>No more data goes to the pod; it may go on sending.</summary>
    public async ValueTask CloseWriteAsync(CancellationToken cancellationToken)
    {
        if (!_isWriteClosed && _socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
        {
            _isWriteClosed = true;
            await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", cancellationToken);
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush() { }
    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _socket.Abort();
            _socket.Dispose();
        }

        base.Dispose(disposing);
    }
}
