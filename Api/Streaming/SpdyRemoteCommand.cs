using System.Buffers;
using System.IO.Pipelines;
using System.Net.WebSockets;
using System.Text.Json;
using System.Threading.Channels;
using Crescent.Api.Streaming.Spdy;

namespace Crescent.Api.Streaming;

/// <summary>
/// A remote command between streams of SPDY, one per standard stream, told apart by their <c>streamType</c> header, and the channels the
/// agent speaks.
/// </summary>
internal sealed class SpdyRemoteCommand(
    SpdyConnection connection, WebSocket agent, string protocol, RemoteCommandRequest command, TimeProvider time)
{
    /// <summary>Newest first: 4 ends with a Status, 3 can resize, 2 has an error text, 1 is as 2 here.</summary>
    public static IReadOnlyList<string> Protocols { get; } = ["v4.channel.k8s.io", "v3.channel.k8s.io", "v2.channel.k8s.io", "channel.k8s.io"];

    private static readonly TimeSpan StreamCreation = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan CloseGrace = TimeSpan.FromSeconds(5);
    private const int BufferBytes = 32 * 1024;

    private readonly SemaphoreSlim _toAgent = new(1, 1);

    private bool HasStatus => protocol == Protocols[0];
    private bool CanResize => command.Tty && (HasStatus || protocol == Protocols[1]);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var reading = connection.RunAsync(ended.Token);
        try
        {
            if (await CollectAsync(ended.Token) is { } streams)
            {
                await CarryAsync(streams, reading, ended);
            }
        }
        finally
        {
            agent.Abort();
            await ended.CancelAsync();
            await reading;
            _toAgent.Dispose();
        }
    }

    private async Task CarryAsync(Dictionary<string, SpdyStream> streams, Task reading, CancellationTokenSource ended)
    {
        var input = streams.TryGetValue("stdin", out var stdin) ? SendInputAsync(stdin, ended.Token) : Task.CompletedTask;
        var sizes = streams.TryGetValue("resize", out var resize) ? SendSizesAsync(resize, ended.Token) : Task.CompletedTask;
        var output = ReceiveAsync(streams, ended.Token);
        if (await Task.WhenAny(output, reading) == output)
        {
            // The client closes the connection once it has read the ends of its streams.
            await connection.GoAwayAsync(ended.Token);
            await reading.WaitAsync(CloseGrace, time, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await ended.CancelAsync();
        await Task.WhenAll(output, input, sizes);
    }

    /// <summary>Waits for the streams the request promised; null when they do not come.</summary>
    private async Task<Dictionary<string, SpdyStream>?> CollectAsync(CancellationToken cancellationToken)
    {
        var missing = new HashSet<string>(StringComparer.Ordinal) { "error" };
        foreach (var (isAsked, type) in (ReadOnlySpan<(bool, string)>)
            [(command.Input, "stdin"), (command.Output, "stdout"), (command.Error, "stderr"), (CanResize, "resize")])
        {
            if (isAsked)
            {
                missing.Add(type);
            }
        }

        var streams = new Dictionary<string, SpdyStream>(StringComparer.Ordinal);
        using var deadline = new CancellationTokenSource(StreamCreation, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            while (missing.Count > 0)
            {
                var stream = await connection.Opened.ReadAsync(linked.Token);
                var type = stream.Header("streamtype");
                if (missing.Remove(type))
                {
                    streams[type] = stream;
                }
                else
                {
                    await stream.ResetAsync(linked.Token);
                }
            }

            return streams;
        }
        catch (Exception exception) when (exception is OperationCanceledException or ChannelClosedException or IOException)
        {
            return null;
        }
    }

    private async Task SendInputAsync(SpdyStream stream, CancellationToken cancellationToken)
    {
        try
        {
            ReadResult read;
            do
            {
                read = await stream.Input.ReadAsync(cancellationToken);
                foreach (var piece in read.Buffer)
                {
                    await SendAsync(RemoteChannel.Input, piece, cancellationToken);
                }

                stream.Input.AdvanceTo(read.Buffer.End);
            }
            while (!read.IsCompleted);
            await SendAsync(RemoteChannel.Close, new byte[] { RemoteChannel.Input }, cancellationToken);
        }
        catch (Exception exception) when (IsEnd(exception))
        {
            // The command or the client has ended: nothing more goes in.
            await stream.Input.CompleteAsync();
        }
    }

    /// <summary>Sizes come as JSON objects one behind the other.</summary>
    private async Task SendSizesAsync(SpdyStream stream, CancellationToken cancellationToken)
    {
        try
        {
            ReadResult read;
            do
            {
                read = await stream.Input.ReadAsync(cancellationToken);
                var rest = read.Buffer;
                while (rest.PositionOf((byte)'}') is { } brace)
                {
                    var end = rest.GetPosition(1, brace);
                    await SendAsync(RemoteChannel.Resize, rest.Slice(0, end).ToArray(), cancellationToken);
                    rest = rest.Slice(end);
                }

                stream.Input.AdvanceTo(rest.Start, rest.End);
            }
            while (!read.IsCompleted);
        }
        catch (Exception exception) when (IsEnd(exception))
        {
            // As above.
            await stream.Input.CompleteAsync();
        }
    }

    private async Task SendAsync(byte channel, ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        var message = ArrayPool<byte>.Shared.Rent(data.Length + 1);
        await _toAgent.WaitAsync(cancellationToken);
        try
        {
            message[0] = channel;
            data.CopyTo(message.AsMemory(1));
            await agent.SendAsync(message.AsMemory(0, data.Length + 1), WebSocketMessageType.Binary, endOfMessage: true, cancellationToken);
        }
        finally
        {
            _toAgent.Release();
            ArrayPool<byte>.Shared.Return(message);
        }
    }

    private async Task ReceiveAsync(Dictionary<string, SpdyStream> streams, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        var status = new ArrayBufferWriter<byte>();
        try
        {
            byte? channel = null;
            while (true)
            {
                var received = await agent.ReceiveAsync(buffer.AsMemory(), cancellationToken);
                if (received.MessageType == WebSocketMessageType.Close)
                {
                    break;
                }

                var data = buffer.AsMemory(0, received.Count);
                if (channel is null && data.Length > 0)
                {
                    channel = data.Span[0];
                    data = data[1..];
                }

                switch (channel)
                {
                    case RemoteChannel.Output when streams.TryGetValue("stdout", out var stream):
                        await stream.WriteAsync(data, cancellationToken);
                        break;
                    case RemoteChannel.Error when streams.TryGetValue("stderr", out var stream):
                        await stream.WriteAsync(data, cancellationToken);
                        break;
                    case RemoteChannel.Status:
                        status.Write(data.Span);
                        break;
                }

                channel = received.EndOfMessage ? null : channel;
            }

            await EndAsync(streams, status.WrittenMemory, cancellationToken);
        }
        catch (Exception exception) when (IsEnd(exception))
        {
            // Agent or client broke off: so does the session.
            agent.Abort();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task EndAsync(Dictionary<string, SpdyStream> streams, ReadOnlyMemory<byte> status, CancellationToken cancellationToken)
    {
        foreach (var type in (string[])["stdout", "stderr"])
        {
            if (streams.TryGetValue(type, out var stream))
            {
                await stream.CloseWriteAsync(cancellationToken);
            }
        }

        var error = streams["error"];
        var text = HasStatus ? status : FailureText(status);
        if (!text.IsEmpty)
        {
            await error.WriteAsync(text, cancellationToken);
        }

        await error.CloseWriteAsync(cancellationToken);
        if (streams.TryGetValue("stdin", out var stdin))
        {
            await stdin.CloseWriteAsync(cancellationToken);
        }
    }

    /// <summary>Before version 4 an error is plain text, and silence means success.</summary>
    internal static ReadOnlyMemory<byte> FailureText(ReadOnlyMemory<byte> status)
    {
        if (status.IsEmpty)
        {
            return default;
        }

        using var document = JsonDocument.Parse(status);
        return document.RootElement.TryGetProperty("status", out var outcome) && outcome.ValueEquals("Success"u8)
            ? default
            : System.Text.Encoding.UTF8.GetBytes(document.RootElement.TryGetProperty("message", out var message) ? message.GetString()! : "command failed");
    }

    private static bool IsEnd(Exception exception) => exception is OperationCanceledException or WebSocketException or IOException;
}
