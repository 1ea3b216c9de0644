using System.Buffers;
using System.Net.WebSockets;

namespace Crescent.Api.Streaming;

/// <summary>Passes messages between two WebSockets until one side is done.</summary>
internal static class WebSocketRelay
{
    private static readonly TimeSpan CloseGrace = TimeSpan.FromSeconds(5);
    private const int BufferBytes = 32 * 1024;

    public static async Task RunAsync(WebSocket client, WebSocket agent, TimeProvider time, CancellationToken cancellationToken)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var toAgent = PumpAsync(client, agent, ended.Token);
        var toClient = PumpAsync(agent, client, ended.Token);

        // When the agent is done, so is the session; a client that closes waits for the agent's last words (exit status).
        await Task.WhenAny(toClient, toAgent);
        if (toAgent.IsCompleted && client.State is not (WebSocketState.Open or WebSocketState.CloseReceived or WebSocketState.CloseSent))
        {
            await ended.CancelAsync();
        }

        await toClient;

        // Cutting the client off before it has answered the close could cost it the last bytes on their way.
        var answered = AnsweredAsync(client, toAgent, ended.Token);
        await answered.WaitAsync(CloseGrace, time, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await ended.CancelAsync();
        await answered;
    }

    /// <summary>Reads on where the pump stopped before the client had answered the close: it had refused what the client sent.</summary>
    private static async Task AnsweredAsync(WebSocket client, Task toAgent, CancellationToken cancellationToken)
    {
        await toAgent;
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            while (client.State == WebSocketState.CloseSent)
            {
                await client.ReceiveAsync(buffer.AsMemory(), cancellationToken);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or WebSocketException)
        {
            // It will not answer any more.
            client.Abort();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static async Task PumpAsync(WebSocket from, WebSocket to, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            while (true)
            {
                var received = await from.ReceiveAsync(buffer.AsMemory(), cancellationToken);
                if (received.MessageType == WebSocketMessageType.Close)
                {
                    await CloseAsync(to, from.CloseStatus ?? WebSocketCloseStatus.NormalClosure, from.CloseStatusDescription, cancellationToken);
                    return;
                }

                await to.SendAsync(buffer.AsMemory(0, received.Count), received.MessageType, received.EndOfMessage, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            to.Abort();
        }
        catch (WebSocketException)
        {
            // One side broke off: so does the other, unless it has been told that this is the end and only has to answer.
            if (to.State != WebSocketState.CloseSent)
            {
                to.Abort();
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static async Task CloseAsync(WebSocket socket, WebSocketCloseStatus status, string? description, CancellationToken cancellationToken)
    {
        if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
        {
            await socket.CloseOutputAsync(status == WebSocketCloseStatus.Empty ? WebSocketCloseStatus.NormalClosure : status, description, cancellationToken);
        }
    }
}
