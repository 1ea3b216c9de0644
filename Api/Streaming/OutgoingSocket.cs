using System.Net.WebSockets;
using Crescent.Api.Responses;
using Crescent.Resources;
using Microsoft.AspNetCore.Http;

namespace Crescent.Api.Streaming;

/// <summary>A WebSocket on which only the server speaks: logs and watches. Whatever a client says but that it leaves is not listened to.</summary>
internal sealed class OutgoingSocket : IDisposable
{
    public const string Binary = "binary.k8s.io";
    public const string Base64 = "base64.binary.k8s.io";
    private static readonly string[] Protocols = [Binary, Base64];

    /// <summary>How long a client may take to close its side.</summary>
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(5);
    private readonly WebSocket _client;
    private readonly CancellationTokenSource _ended;
    private readonly Task _hearing;

    private OutgoingSocket(WebSocket client, CancellationToken aborted)
    {
        _client = client;
        _ended = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        Ended = _ended.Token;
        _hearing = HearAsync();
    }

    /// <summary>The client has left.</summary>
    public CancellationToken Ended { get; }

    /// <summary>The first protocol asked for that is known, none when none is asked for; false when all are unknown, which has to be refused.</summary>
    public static bool TryChoose(HttpContext context, out string? protocol)
    {
        var asked = context.WebSockets.WebSocketRequestedProtocols;
        protocol = asked.FirstOrDefault(Protocols.Contains);
        return protocol is not null || asked.Count == 0;
    }

    public static Task RefuseAsync(HttpContext context) => context.WriteErrorAsync(
        ResourceErrors.BadRequest($"none of the requested subprotocols is known; supported are {string.Join(", ", Protocols)}"));

    public static async Task<OutgoingSocket> AcceptAsync(HttpContext context, string? protocol) =>
        new(await context.WebSockets.AcceptWebSocketAsync(protocol), context.RequestAborted);

    /// <exception cref="OperationCanceledException">The client has left.</exception>
    /// <exception cref="WebSocketException">It broke off.</exception>
    public ValueTask SendAsync(ReadOnlyMemory<byte> message, WebSocketMessageType type) =>
        _client.SendAsync(message, type, WebSocketMessageFlags.EndOfMessage, Ended);

    /// <summary>Says that this was all, and waits a moment for the answer: cutting the client off could cost it the last bytes on their way.</summary>
    public async Task CloseAsync()
    {
        if (_client.State is WebSocketState.Open or WebSocketState.CloseReceived)
        {
            await _client.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
            await _hearing.WaitAsync(Farewell, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public void Dispose() => _client.Dispose();

    private async Task HearAsync()
    {
        var nothing = new byte[256];
        try
        {
            while ((await _client.ReceiveAsync(nothing.AsMemory(), Ended)).MessageType != WebSocketMessageType.Close)
            {
            }
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
            // It left without a word.
        }

        await _ended.CancelAsync();
        _ended.Dispose();
    }
}
