using System.Globalization;
using System.Net.Sockets;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Crescent.NodeAgent.Streaming;

/// <summary>
/// One TCP connection to a pod as a WebSocket. Binary messages are data; the first one is empty and says that the connection stands, a text
/// message says why it does not. Closing one's half closes that half of the TCP connection.
/// </summary>
internal static class PortForwards
{
    private const int BufferBytes = 32 * 1024;
    private static readonly TimeSpan CloseGrace = TimeSpan.FromSeconds(10);

    public static async Task HandleAsync(HttpContext context)
    {
        var values = context.Request.RouteValues;
        var query = context.Request.Query;
        if (!context.WebSockets.IsWebSocketRequest
            || !int.TryParse(query["port"], NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port is < 1 or > ushort.MaxValue)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            await context.Response.WriteAsync("a WebSocket handshake and a port are expected", context.RequestAborted);
            return;
        }

        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        try
        {
            using var connection = await context.RequestServices.GetRequiredService<PodDialer>().ConnectAsync(
                (string)values["ns"]!, (string)values["pod"]!, port, query["at"] == "pod", context.RequestAborted);
            await socket.SendAsync(ReadOnlyMemory<byte>.Empty, WebSocketMessageType.Binary, endOfMessage: true, context.RequestAborted);
            await CarryAsync(socket, connection, context.RequestServices.GetRequiredService<TimeProvider>(), context.RequestAborted);
        }
        catch (IOException problem)
        {
            await socket.SendAsync(System.Text.Encoding.UTF8.GetBytes(problem.Message).AsMemory(), WebSocketMessageType.Text, endOfMessage: true, context.RequestAborted);
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", context.RequestAborted);
        }
    }

    private static async Task CarryAsync(WebSocket socket, Socket connection, TimeProvider time, CancellationToken cancellationToken)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var toPod = ToPodAsync(socket, connection, ended);
        var toClient = ToClientAsync(socket, connection, ended);

        // A pod that has said all it has to say needs no more input. The other side hangs up when it has read to the end; breaking off
        // before that could cost it the last bytes on their way.
        await toClient;
        await toPod.WaitAsync(CloseGrace, time, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await ended.CancelAsync();
        await toPod;
    }

    private static async Task ToPodAsync(WebSocket socket, Socket connection, CancellationTokenSource ended)
    {
        var buffer = new byte[BufferBytes];
        try
        {
            while (true)
            {
                var received = await socket.ReceiveAsync(buffer.AsMemory(), ended.Token);
                if (received.MessageType == WebSocketMessageType.Close)
                {
                    connection.Shutdown(SocketShutdown.Send);
                    return;
                }

                for (var data = buffer.AsMemory(0, received.Count); !data.IsEmpty;)
                {
                    data = data[await connection.SendAsync(data, ended.Token)..];
                }
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or WebSocketException or SocketException)
        {
            // One side broke off: so does the other.
            await ended.CancelAsync();
        }
    }

    private static async Task ToClientAsync(WebSocket socket, Socket connection, CancellationTokenSource ended)
    {
        var buffer = new byte[BufferBytes];
        try
        {
            int count;
            while ((count = await connection.ReceiveAsync(buffer.AsMemory(), ended.Token)) > 0)
            {
                await socket.SendAsync(buffer.AsMemory(0, count), WebSocketMessageType.Binary, endOfMessage: true, ended.Token);
            }

            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", ended.Token);
        }
        catch (Exception exception) when (exception is OperationCanceledException or WebSocketException or SocketException)
        {
            // As above.
            await ended.CancelAsync();
        }
    }
}
