using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Http;

namespace Crescent.Api.Streaming;

/// <summary>A log over a WebSocket: each piece is a message, of bytes or as base64 text; the socket is closed at the log's end.</summary>
internal sealed class LogSocket
{
    private const string Binary = "binary.k8s.io";
    private const string Base64 = "base64.binary.k8s.io";

    // A multiple of three, so that full pieces need no padding.
    private const int PieceBytes = 24 * 1024;

    /// <summary>How long a client may take to close its side.</summary>
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(5);
    private readonly string? _protocol;

    private LogSocket(string? protocol) => _protocol = protocol;

    public static IReadOnlyList<string> Protocols { get; } = [Binary, Base64];

    /// <summary>The first protocol asked for that is known; a client that asks for none gets bytes.</summary>
    public static bool TryChoose(HttpContext context, [NotNullWhen(true)] out LogSocket? socket)
    {
        var asked = context.WebSockets.WebSocketRequestedProtocols;
        var protocol = asked.FirstOrDefault(Protocols.Contains);
        socket = protocol is null && asked.Count > 0 ? null : new(protocol);
        return socket is not null;
    }

    /// <summary>Accepts the upgrade and sends all of <paramref name="source"/>. Ends early when the client goes.</summary>
    public async Task SendAsync(Stream source, HttpContext context)
    {
        using var client = await context.WebSockets.AcceptWebSocketAsync(_protocol);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        var hearing = HearAsync(client, ended);
        var buffer = ArrayPool<byte>.Shared.Rent(PieceBytes);
        try
        {
            int length;
            while ((length = await source.ReadAsync(buffer.AsMemory(0, PieceBytes), ended.Token)) > 0)
            {
                await SendAsync(client, buffer.AsMemory(0, length), ended.Token);
            }

            await client.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, ended.Token);
            await hearing.WaitAsync(Farewell, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        catch (Exception exception) when (ended.IsCancellationRequested && exception is OperationCanceledException or WebSocketException)
        {
            // The client is gone; there is nobody to tell.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private ValueTask SendAsync(WebSocket client, ReadOnlyMemory<byte> piece, CancellationToken cancellationToken) => _protocol == Base64
        ? client.SendAsync(
            System.Text.Encoding.ASCII.GetBytes(Convert.ToBase64String(piece.Span)), WebSocketMessageType.Text, WebSocketMessageFlags.EndOfMessage, cancellationToken)
        : client.SendAsync(piece, WebSocketMessageType.Binary, WebSocketMessageFlags.EndOfMessage, cancellationToken);

    /// <summary>A client says nothing here but that it leaves.</summary>
    private static async Task HearAsync(WebSocket client, CancellationTokenSource ended)
    {
        var nothing = new byte[256];
        try
        {
            while ((await client.ReceiveAsync(nothing.AsMemory(), ended.Token)).MessageType != WebSocketMessageType.Close)
            {
            }
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException)
        {
            // It left without a word.
        }

        await ended.CancelAsync();
    }
}
