using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.IO.Pipelines;
using System.Net.WebSockets;
using Crescent.Resources;
using Microsoft.AspNetCore.Http;

namespace Crescent.Api.Streaming;

/// <summary>
/// Port-forward in channels of a WebSocket: the n-th port of the query has channel 2n for data and 2n+1 for error texts. The server opens
/// each channel with the port as two little-endian bytes.
/// </summary>
internal sealed class WebSocketPortForward(
    WebSocket client, IReadOnlyList<int> ports, Func<int, CancellationToken, Task<NodeTunnel>> dial, TimeProvider time)
{
    private static readonly TimeSpan CloseGrace = TimeSpan.FromSeconds(5);
    private const int MaxPorts = 100;
    private const int BufferBytes = 32 * 1024;

    private readonly SemaphoreSlim _sending = new(1, 1);
    private readonly Pipe[] _inputs = [.. ports.Select(static _ => new Pipe())];

    public static bool TryReadPorts(IQueryCollection query, out IReadOnlyList<int> ports, [NotNullWhen(false)] out ResourceError? error)
    {
        var found = new List<int>();
        ports = found;
        error = null;
        foreach (var text in query["ports"].SelectMany(static item => (item ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries)))
        {
            if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port is < 1 or > 65535)
            {
                error = ResourceErrors.BadRequest($"invalid port {text}");
                return false;
            }

            found.Add(port);
        }

        error = found.Count switch
        {
            0 => ResourceErrors.BadRequest("query parameter \"ports\" is required"),
            > MaxPorts => ResourceErrors.BadRequest("too many ports"),
            _ => null,
        };
        return error is null;
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var reading = ReceiveAsync(ended);
        await Task.WhenAll(ports.Select((port, index) => ForwardAsync(port, index, ended.Token)));
        if (!ended.IsCancellationRequested && client.State == WebSocketState.Open)
        {
            await client.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", ended.Token);

            // Cutting the client off before it has answered the close could cost it the last bytes on their way.
            await reading.WaitAsync(CloseGrace, time, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await ended.CancelAsync();
        await reading;
        _sending.Dispose();
    }

    private async Task ForwardAsync(int port, int index, CancellationToken cancellationToken)
    {
        var head = new byte[sizeof(ushort)];
        BinaryPrimitives.WriteUInt16LittleEndian(head, (ushort)port);
        try
        {
            await SendAsync(index * 2, head, cancellationToken);
            await SendAsync(index * 2 + 1, head, cancellationToken);
            await using var tunnel = await dial(port, cancellationToken);
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var toPod = ToPodAsync(_inputs[index].Reader, tunnel, ended.Token);
            try
            {
                await ToClientAsync(tunnel, index * 2, cancellationToken);
            }
            finally
            {
                await ended.CancelAsync();
                await toPod;
            }
        }
        catch (NodeRefusedException exception)
        {
            await SendAsync(index * 2 + 1, System.Text.Encoding.UTF8.GetBytes(exception.Message), cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or WebSocketException)
        {
            // This port is done with; the others go on.
            await _inputs[index].Reader.CompleteAsync();
        }
    }

    private async Task ToClientAsync(NodeTunnel tunnel, int channel, CancellationToken cancellationToken)
    {
        var buffer = new byte[BufferBytes];
        int count;
        while ((count = await tunnel.ReadAsync(buffer, cancellationToken)) > 0)
        {
            await SendAsync(channel, buffer.AsMemory(0, count), cancellationToken);
        }
    }

    private static async Task ToPodAsync(PipeReader input, NodeTunnel tunnel, CancellationToken cancellationToken)
    {
        try
        {
            await input.CopyToAsync(tunnel, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            // The pod takes no more, or has ended: what comes from now on is dropped.
            return;
        }
        finally
        {
            await input.CompleteAsync();
        }
    }

    private async Task ReceiveAsync(CancellationTokenSource ended)
    {
        var buffer = new byte[BufferBytes];
        try
        {
            int? channel = null;
            while (true)
            {
                var received = await client.ReceiveAsync(buffer.AsMemory(), ended.Token);
                if (received.MessageType == WebSocketMessageType.Close)
                {
                    return;
                }

                var data = buffer.AsMemory(0, received.Count);
                if (channel is null && data.Length > 0)
                {
                    channel = data.Span[0];
                    data = data[1..];
                }

                // Error channels carry nothing in this direction.
                if (channel is { } number && number % 2 == 0 && number / 2 < _inputs.Length && !data.IsEmpty)
                {
                    await _inputs[number / 2].Writer.WriteAsync(data, ended.Token);
                }

                channel = received.EndOfMessage ? null : channel;
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or WebSocketException or InvalidOperationException)
        {
            // The client has gone.
            client.Abort();
        }
        finally
        {
            await ended.CancelAsync();
        }
    }

    private async Task SendAsync(int channel, ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        // In one frame: not every client puts the pieces of a message together.
        var message = ArrayPool<byte>.Shared.Rent(data.Length + 1);
        message[0] = (byte)channel;
        data.CopyTo(message.AsMemory(1));
        await _sending.WaitAsync(cancellationToken);
        try
        {
            await client.SendAsync(message.AsMemory(0, data.Length + 1), WebSocketMessageType.Binary, endOfMessage: true, cancellationToken);
        }
        finally
        {
            _sending.Release();
            ArrayPool<byte>.Shared.Return(message);
        }
    }
}
