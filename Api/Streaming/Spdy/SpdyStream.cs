using System.IO.Pipelines;

namespace Crescent.Api.Streaming.Spdy;

/// <summary>One stream of a connection, opened by the client. What arrives is read from <see cref="Input"/>.</summary>
internal sealed class SpdyStream
{
    // Clients of this protocol know no flow control: what one stream does not take soon holds up the others behind it.
    private const int HeldBytes = 1024 * 1024;

    private readonly SpdyConnection _connection;
    private readonly Pipe _input = new(new PipeOptions(pauseWriterThreshold: HeldBytes, resumeWriterThreshold: HeldBytes / 2, useSynchronizationContext: false));
    private int _openHalves = 2;
    private int _isWriterClosed;

    public SpdyStream(SpdyConnection connection, uint id, IReadOnlyDictionary<string, string> headers)
    {
        _connection = connection;
        Id = id;
        Headers = headers;
    }

    public uint Id { get; }

    /// <summary>Headers of the SYN_STREAM.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; }

    /// <summary>Ends when the client closed its half; fails when it reset the stream or the connection broke.</summary>
    public PipeReader Input => _input.Reader;

    /// <summary>Bytes taken since the last WINDOW_UPDATE; the connection's reading loop alone counts them.</summary>
    internal uint Unacknowledged { get; set; }

    public string Header(string name) => Headers.GetValueOrDefault(name, string.Empty);

    public ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken = default) =>
        Volatile.Read(ref _isWriterClosed) == 0
            ? _connection.WriteDataAsync(Id, data, isFin: false, cancellationToken)
            : throw new SpdyException("the stream is closed");

    /// <summary>Closes this side's half; closing twice is fine.</summary>
    public async ValueTask CloseWriteAsync(CancellationToken cancellationToken = default)
    {
        if (Interlocked.Exchange(ref _isWriterClosed, 1) == 0)
        {
            await _connection.WriteDataAsync(Id, default, isFin: true, cancellationToken);
            CloseHalf();
        }
    }

    /// <summary>Gives the stream up in both directions.</summary>
    public async ValueTask ResetAsync(CancellationToken cancellationToken = default)
    {
        Interlocked.Exchange(ref _isWriterClosed, 1);
        await _input.Reader.CompleteAsync();
        await _connection.ResetAsync(Id, cancellationToken);
    }

    /// <summary>Data from the connection; waits while the reader is behind.</summary>
    internal async ValueTask ReceiveAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        // A reader that has gone takes no more: the rest is dropped.
        if (!data.IsEmpty)
        {
            await _input.Writer.WriteAsync(data, cancellationToken);
        }
    }

    /// <summary>The client closed its half.</summary>
    internal async ValueTask ReceiveEndAsync()
    {
        await _input.Writer.CompleteAsync();
        CloseHalf();
    }

    internal void Break(Exception cause)
    {
        Interlocked.Exchange(ref _isWriterClosed, 1);
        _input.Writer.Complete(cause);
    }

    private void CloseHalf()
    {
        if (Interlocked.Decrement(ref _openHalves) == 0)
        {
            _connection.Forget(Id);
        }
    }
}
