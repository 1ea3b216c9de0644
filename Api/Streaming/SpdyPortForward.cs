using System.Globalization;
using System.IO.Pipelines;
using Crescent.Api.Streaming.Spdy;

namespace Crescent.Api.Streaming;

/// <summary>
/// Port-forward over SPDY: for every connection the client opens an <c>error</c> and a <c>data</c> stream with the same
/// <c>requestID</c> and <c>port</c>.
/// </summary>
/// <param name="connection">To the client.</param>
/// <param name="podName">How error texts name the pod.</param>
/// <param name="dial">Connects to a port of the pod.</param>
internal sealed class SpdyPortForward(SpdyConnection connection, string podName, Func<int, CancellationToken, Task<NodeTunnel>> dial)
{
    private readonly Dictionary<string, SpdyStream> _waiting = new(StringComparer.Ordinal);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var reading = connection.RunAsync(ended.Token);
        var forwards = new HashSet<Task>();
        await foreach (var stream in connection.Opened.ReadAllAsync(CancellationToken.None))
        {
            forwards.RemoveWhere(static task => task.IsCompletedSuccessfully);
            if (await PairAsync(stream, ended.Token) is var (data, error, port))
            {
                forwards.Add(ForwardAsync(data, error, port, ended.Token));
            }
        }

        await ended.CancelAsync();
        await reading;
        await Task.WhenAll(forwards);
    }

    /// <summary>Null while the other stream of the pair has not come.</summary>
    private async ValueTask<(SpdyStream Data, SpdyStream Error, int Port)?> PairAsync(SpdyStream stream, CancellationToken cancellationToken)
    {
        var type = stream.Header("streamtype");
        if (type is not ("data" or "error") || !TryPort(stream, out var port))
        {
            await TryResetAsync(stream, cancellationToken);
            return null;
        }

        // Clients of old name no request; they open the data stream right behind its error stream.
        var request = stream.Header("requestid");
        request = request.Length != 0 ? request : (type == "error" ? stream.Id : stream.Id - 2).ToString(CultureInfo.InvariantCulture);
        if (!_waiting.Remove(request, out var other))
        {
            _waiting[request] = stream;
            return null;
        }

        if (other.Header("streamtype") == type)
        {
            _waiting[request] = other;
            await TryResetAsync(stream, cancellationToken);
            return null;
        }

        return type == "data" ? (stream, other, port) : (other, stream, port);
    }

    private static bool TryPort(SpdyStream stream, out int port) =>
        int.TryParse(stream.Header("port"), NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is > 0 and < 65536;

    private static async ValueTask TryResetAsync(SpdyStream stream, CancellationToken cancellationToken)
    {
        try
        {
            await stream.ResetAsync(cancellationToken);
        }
        catch (Exception exception) when (IsEnd(exception))
        {
            // The connection has ended, and the stream with it.
            stream.Break(exception);
        }
    }

    private async Task ForwardAsync(SpdyStream data, SpdyStream error, int port, CancellationToken cancellationToken)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            try
            {
                await using var tunnel = await dial(port, cancellationToken);
                var toPod = ToPodAsync(data, tunnel, ended);
                try
                {
                    await ToClientAsync(tunnel, data, ended.Token);
                }
                finally
                {
                    await ended.CancelAsync();
                    await toPod;
                }
            }
            catch (NodeRefusedException exception)
            {
                await error.WriteAsync(System.Text.Encoding.UTF8.GetBytes(
                    $"error forwarding port {port.ToString(CultureInfo.InvariantCulture)} to pod {podName}: {exception.Message}"), cancellationToken);
            }

            await data.CloseWriteAsync(cancellationToken);
            await error.CloseWriteAsync(cancellationToken);
        }
        catch (Exception exception) when (IsEnd(exception))
        {
            // Either side broke off. The client may still have the rest of the connection.
            await TryResetAsync(data, cancellationToken);
            await TryResetAsync(error, cancellationToken);
        }
    }

    private static async Task ToClientAsync(NodeTunnel tunnel, SpdyStream data, CancellationToken cancellationToken)
    {
        var buffer = new byte[SpdyFrame.MaxDataBytes];
        int count;
        while ((count = await tunnel.ReadAsync(buffer, cancellationToken)) > 0)
        {
            await data.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
        }
    }

    private static async Task ToPodAsync(SpdyStream data, NodeTunnel tunnel, CancellationTokenSource ended)
    {
        try
        {
            await data.Input.CopyToAsync(tunnel, ended.Token);
            await tunnel.CloseWriteAsync(ended.Token);
        }
        catch (Exception exception) when (IsEnd(exception))
        {
            await ended.CancelAsync();
        }
        finally
        {
            await data.Input.CompleteAsync();
        }
    }

    private static bool IsEnd(Exception exception) => exception is IOException or OperationCanceledException or ObjectDisposedException or System.Net.WebSockets.WebSocketException;
}
