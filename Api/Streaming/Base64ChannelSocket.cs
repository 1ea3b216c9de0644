using System.Net.WebSockets;

namespace Crescent.Api.Streaming;

/// <summary>
/// The <c>base64.channel.k8s.io</c> form of a channel socket, seen as one of bytes: on the wire a message is text, the channel's digit and then
/// base64. Pieces of a message are passed on as they come.
/// </summary>
internal sealed class Base64ChannelSocket(WebSocket wire) : WebSocket
{
    private readonly byte[] _carry = new byte[3];
    private int _carried;
    private bool _isInside;
    private bool _isRefused;
    private int _sending = -1;

    public override WebSocketCloseStatus? CloseStatus => wire.CloseStatus;

    public override string? CloseStatusDescription => wire.CloseStatusDescription;

    public override WebSocketState State => wire.State;

    public override string? SubProtocol => wire.SubProtocol;

    public override void Abort() => wire.Abort();

    public override Task CloseAsync(WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken) =>
        wire.CloseAsync(closeStatus, statusDescription, cancellationToken);

    public override Task CloseOutputAsync(WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken) =>
        wire.CloseOutputAsync(closeStatus, statusDescription, cancellationToken);

    public override void Dispose() => wire.Dispose();

    public override async Task<WebSocketReceiveResult> ReceiveAsync(ArraySegment<byte> buffer, CancellationToken cancellationToken)
    {
        var received = await ReceiveAsync(buffer.AsMemory(), cancellationToken);
        return new(received.Count, received.MessageType, received.EndOfMessage, CloseStatus, CloseStatusDescription);
    }

    /// <summary>
    /// A message without a channel, or that is no base64, closes the socket: the client is told, and the caller sees a close. What still comes
    /// after it is passed on as it is, for nobody but who waits for the client's answer.
    /// </summary>
    public override async ValueTask<ValueWebSocketReceiveResult> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var text = buffer[..(buffer.Length - _carried)];
        var received = await wire.ReceiveAsync(text[_carried..], cancellationToken);
        if (received.MessageType == WebSocketMessageType.Close || _isRefused)
        {
            return received;
        }

        if (TryDecode(buffer.Span, received.Count, received.EndOfMessage, out var length))
        {
            return new(length, WebSocketMessageType.Binary, received.EndOfMessage);
        }

        (_isRefused, _carried) = (true, 0);
        await wire.CloseOutputAsync(WebSocketCloseStatus.InvalidPayloadData, "a message is the digit of a channel and base64", cancellationToken);
        return new(0, WebSocketMessageType.Close, true);
    }

    public override Task SendAsync(ArraySegment<byte> buffer, WebSocketMessageType messageType, bool endOfMessage, CancellationToken cancellationToken) =>
        SendAsync(buffer.AsMemory(), messageType, endOfMessage, cancellationToken).AsTask();

    /// <summary>Each piece becomes a message of its channel: base64 cannot be cut anywhere.</summary>
    public override async ValueTask SendAsync(
        ReadOnlyMemory<byte> buffer, WebSocketMessageType messageType, bool endOfMessage, CancellationToken cancellationToken)
    {
        var isFirst = _sending < 0;
        if (isFirst && buffer.Length > 0)
        {
            _sending = buffer.Span[0];
            buffer = buffer[1..];
        }

        if (_sending >= 0 && (isFirst || buffer.Length > 0))
        {
            var text = System.Text.Encoding.ASCII.GetBytes($"{(char)('0' + _sending)}{Convert.ToBase64String(buffer.Span)}");
            await wire.SendAsync(text.AsMemory(), WebSocketMessageType.Text, true, cancellationToken);
        }

        if (endOfMessage)
        {
            _sending = -1;
        }
    }

    /// <summary>Decodes in place what has come, behind what was left over; up to three characters stay for the next piece.</summary>
    private bool TryDecode(Span<byte> buffer, int received, bool isEnd, out int length)
    {
        _carry.AsSpan(0, _carried).CopyTo(buffer);
        var text = buffer[..(_carried + received)];
        length = 0;
        if (!_isInside && text.Length > 0)
        {
            if (text[0] is < (byte)'0' or > (byte)'9')
            {
                return false;
            }

            text[0] -= (byte)'0';
            text = text[1..];
            (_isInside, length) = (true, 1);
        }

        _carried = isEnd ? 0 : text.Length % 4;
        text[^_carried..].CopyTo(_carry);
        text = text[..^_carried];
        if (System.Buffers.Text.Base64.DecodeFromUtf8InPlace(text, out var written) != System.Buffers.OperationStatus.Done)
        {
            return false;
        }

        length += written;
        _isInside &= !isEnd;
        return true;
    }
}
