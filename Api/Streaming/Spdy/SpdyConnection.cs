using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Threading.Channels;

namespace Crescent.Api.Streaming.Spdy;

/// <summary>
/// The server's side of a <see href="https://www.chromium.org/spdy/spdy-protocol/spdy-protocol-draft3-1/">SPDY/3.1</see> connection, as
/// kubectl's exec, attach and port-forward use it: the client opens streams, both sides send data on them. Received data is acknowledged
/// with WINDOW_UPDATE; windows of the other side are not waited for, since the clients of this protocol never enlarge them.
/// </summary>
internal sealed class SpdyConnection : IAsyncDisposable
{
    private const uint ProtocolError = 1;
    private const uint RefusedStream = 3;
    private const uint CancelStream = 5;
    private const int MaxControlBytes = 64 * 1024;
    private const int MaxStreams = 1000;
    private const int AcknowledgeEveryBytes = 32 * 1024;

    private readonly Stream _transport;
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly SpdyHeaderReader _headerReader = new();
    private readonly SpdyHeaderWriter _headerWriter = new();
    private readonly ConcurrentDictionary<uint, SpdyStream> _streams = new();
    private readonly Channel<SpdyStream> _opened = Channel.CreateUnbounded<SpdyStream>(new() { SingleWriter = true });
    private readonly byte[] _head = new byte[SpdyFrame.HeadBytes];
    private uint _lastStreamId;
    private uint _unacknowledged;

    public SpdyConnection(Stream transport) => _transport = transport;

    /// <summary>Streams in the order the client opened them; ends with the connection.</summary>
    public ChannelReader<SpdyStream> Opened => _opened.Reader;

    /// <summary>Reads frames until the client goes away or <paramref name="cancellationToken"/> says so; breaks what is still open.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        Exception cause = new IOException("the connection was closed");
        try
        {
            while (await ReadFrameAsync(cancellationToken))
            {
            }
        }
        catch (SpdyException exception)
        {
            cause = exception;
            await GoAwayAsync(ProtocolError, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or ObjectDisposedException or WebSocketException)
        {
            cause = exception;
        }
        finally
        {
            _opened.Writer.TryComplete();
            foreach (var stream in _streams.Values)
            {
                stream.Break(cause);
            }
        }
    }

    /// <summary>Announces that no more streams are taken.</summary>
    public ValueTask GoAwayAsync(CancellationToken cancellationToken = default) => GoAwayAsync(0, cancellationToken);

    public ValueTask DisposeAsync()
    {
        _headerReader.Dispose();
        return _transport.DisposeAsync();
    }

    internal async ValueTask WriteDataAsync(uint id, ReadOnlyMemory<byte> data, bool isFin, CancellationToken cancellationToken)
    {
        var frame = ArrayPool<byte>.Shared.Rent(SpdyFrame.HeadBytes + SpdyFrame.MaxDataBytes);
        try
        {
            do
            {
                var piece = data[..Math.Min(data.Length, SpdyFrame.MaxDataBytes)];
                data = data[piece.Length..];
                SpdyFrame.WriteDataHead(frame, id, isFin && data.IsEmpty, piece.Length);
                piece.CopyTo(frame.AsMemory(SpdyFrame.HeadBytes));
                await SendAsync(frame.AsMemory(0, SpdyFrame.HeadBytes + piece.Length), cancellationToken);
            }
            while (!data.IsEmpty);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(frame);
        }
    }

    internal ValueTask ResetAsync(uint id, CancellationToken cancellationToken)
    {
        Forget(id);
        return SendAsync(SpdyFrame.Numbers(SpdyFrameType.RstStream, id, CancelStream), cancellationToken);
    }

    internal void Forget(uint id) => _streams.TryRemove(id, out _);

    /// <summary>False at the end of the connection.</summary>
    private async ValueTask<bool> ReadFrameAsync(CancellationToken cancellationToken)
    {
        var read = await _transport.ReadAtLeastAsync(_head, SpdyFrame.HeadBytes, throwOnEndOfStream: false, cancellationToken);
        if (read < SpdyFrame.HeadBytes)
        {
            return false;
        }

        var frame = SpdyFrame.ReadHead(_head);
        if (frame.Type is not { } type)
        {
            await ReadDataAsync(frame, cancellationToken);
            return true;
        }

        if (frame.Length > MaxControlBytes)
        {
            throw new SpdyException("control frame is too large");
        }

        // Header blocks stay with the inflater until it has taken them, so the buffer is not shared.
        var payload = new byte[frame.Length];
        await _transport.ReadExactlyAsync(payload, cancellationToken);
        await HandleAsync(type, frame.IsFin, payload, cancellationToken);
        return true;
    }

    private async ValueTask HandleAsync(SpdyFrameType type, bool isFin, byte[] payload, CancellationToken cancellationToken)
    {
        switch (type)
        {
            case SpdyFrameType.SynStream:
                await OpenAsync(isFin, payload, cancellationToken);
                break;
            case SpdyFrameType.RstStream when _streams.TryRemove(SpdyFrame.ReadId(payload), out var stream):
                stream.Break(new IOException("the stream was reset"));
                break;
            case SpdyFrameType.Headers when payload.Length > sizeof(uint):
                // Nothing here uses late headers, but the compression state has to follow.
                _headerReader.Read(payload.AsMemory(sizeof(uint)));
                break;
            case SpdyFrameType.Ping when payload.Length == sizeof(uint):
                // Pings of the client have odd numbers; even ones would be answers to ours.
                if (SpdyFrame.ReadId(payload) % 2 == 1)
                {
                    await SendAsync(SpdyFrame.Control(SpdyFrameType.Ping, 0, payload), cancellationToken);
                }

                break;
            case SpdyFrameType.SynReply:
                throw new SpdyException("SYN_REPLY to a stream that was not opened");
        }
    }

    private async ValueTask OpenAsync(bool isFin, byte[] payload, CancellationToken cancellationToken)
    {
        const int blockAt = 10;
        var id = SpdyFrame.ReadId(payload);
        if (payload.Length < blockAt || id % 2 == 0 || id <= _lastStreamId)
        {
            throw new SpdyException($"stream {id} cannot be opened");
        }

        _lastStreamId = id;
        var headers = _headerReader.Read(payload.AsMemory(blockAt));
        if (_streams.Count >= MaxStreams)
        {
            await SendAsync(SpdyFrame.Numbers(SpdyFrameType.RstStream, id, RefusedStream), cancellationToken);
            return;
        }

        var stream = new SpdyStream(this, id, headers);
        _streams[id] = stream;
        if (isFin)
        {
            await stream.ReceiveEndAsync();
        }

        await ReplyAsync(id, cancellationToken);
        _opened.Writer.TryWrite(stream);
    }

    /// <summary>Header blocks leave in the order they were written: compression has a state.</summary>
    private async ValueTask ReplyAsync(uint id, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            var number = new byte[sizeof(uint)];
            BinaryPrimitives.WriteUInt32BigEndian(number, id);
            await _transport.WriteAsync(SpdyFrame.Control(SpdyFrameType.SynReply, 0, (ReadOnlySpan<byte>)[.. number, .. _headerWriter.Write()]), cancellationToken);
            await _transport.FlushAsync(cancellationToken);
        }
        finally
        {
            _writing.Release();
        }
    }

    private async ValueTask ReadDataAsync(SpdyFrame frame, CancellationToken cancellationToken)
    {
        // Data of a stream that is gone is read and dropped.
        var stream = _streams.GetValueOrDefault(frame.StreamId);
        var buffer = ArrayPool<byte>.Shared.Rent(SpdyFrame.MaxDataBytes);
        try
        {
            for (var left = frame.Length; left > 0;)
            {
                var count = await _transport.ReadAsync(buffer.AsMemory(0, Math.Min(left, buffer.Length)), cancellationToken);
                if (count == 0)
                {
                    throw new EndOfStreamException();
                }

                left -= count;
                if (stream is not null)
                {
                    await stream.ReceiveAsync(buffer.AsMemory(0, count), cancellationToken);
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        await AcknowledgeAsync(stream, frame.Length, cancellationToken);
        if (frame.IsFin && stream is not null)
        {
            await stream.ReceiveEndAsync();
        }
    }

    private async ValueTask AcknowledgeAsync(SpdyStream? stream, int length, CancellationToken cancellationToken)
    {
        if (stream is not null && (stream.Unacknowledged += (uint)length) >= AcknowledgeEveryBytes)
        {
            await SendAsync(SpdyFrame.Numbers(SpdyFrameType.WindowUpdate, stream.Id, stream.Unacknowledged), cancellationToken);
            stream.Unacknowledged = 0;
        }

        if ((_unacknowledged += (uint)length) >= AcknowledgeEveryBytes)
        {
            await SendAsync(SpdyFrame.Numbers(SpdyFrameType.WindowUpdate, 0, _unacknowledged), cancellationToken);
            _unacknowledged = 0;
        }
    }

    private async ValueTask GoAwayAsync(uint reason, CancellationToken cancellationToken)
    {
        try
        {
            await SendAsync(SpdyFrame.Numbers(SpdyFrameType.GoAway, _lastStreamId, reason), cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or ObjectDisposedException or WebSocketException)
        {
            // Nobody is there any more to be told.
            _opened.Writer.TryComplete();
        }
    }

    private async ValueTask SendAsync(ReadOnlyMemory<byte> frame, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            await _transport.WriteAsync(frame, cancellationToken);
            await _transport.FlushAsync(cancellationToken);
        }
        finally
        {
            _writing.Release();
        }
    }
}
