using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Http;

namespace Crescent.Api.Streaming;

/// <summary>A log over a WebSocket: each piece is a message, of bytes or as base64 text; the socket is closed at the log's end.</summary>
internal sealed class LogSocket
{
    // A multiple of three, so that full pieces need no padding.
    private const int PieceBytes = 24 * 1024;
    private readonly string? _protocol;

    private LogSocket(string? protocol) => _protocol = protocol;

    /// <summary>A client that asks for no protocol gets bytes.</summary>
    public static bool TryChoose(HttpContext context, [NotNullWhen(true)] out LogSocket? socket)
    {
        socket = OutgoingSocket.TryChoose(context, out var protocol) ? new(protocol) : null;
        return socket is not null;
    }

    /// <summary>Accepts the upgrade and sends all of <paramref name="source"/>. Ends early when the client goes.</summary>
    public async Task SendAsync(Stream source, HttpContext context)
    {
        using var client = await OutgoingSocket.AcceptAsync(context, _protocol);
        var buffer = ArrayPool<byte>.Shared.Rent(PieceBytes);
        try
        {
            int length;
            while ((length = await source.ReadAsync(buffer.AsMemory(0, PieceBytes), client.Ended)) > 0)
            {
                await (_protocol == OutgoingSocket.Base64
                    ? client.SendAsync(System.Text.Encoding.ASCII.GetBytes(Convert.ToBase64String(buffer.AsSpan(0, length))), WebSocketMessageType.Text)
                    : client.SendAsync(buffer.AsMemory(0, length), WebSocketMessageType.Binary));
            }

            await client.CloseAsync();
        }
        catch (Exception exception) when (exception is WebSocketException || (exception is OperationCanceledException && client.Ended.IsCancellationRequested))
        {
            // The client is gone; there is nobody to tell.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
