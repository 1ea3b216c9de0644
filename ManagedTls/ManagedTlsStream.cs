using System.Buffers;
using System.Runtime.InteropServices;
using System.Security.Authentication;
using Org.BouncyCastle.Tls;

namespace Crescent.ManagedTls;

/// <summary>
/// An encrypted stream, asynchronous only; disposes the transport with itself. One reader and any number of writers at a time. The
/// protocol object does no I/O: records are carried between it and the transport here.
/// </summary>
internal sealed class ManagedTlsStream : Stream
{
    private const int InputSize = 16 * 1024;
    private const int LargestPiece = 64 * 1024;
    private static readonly TimeSpan ParkingTime = TimeSpan.FromSeconds(1);

    private readonly TlsProtocol _protocol;
    private readonly Stream _transport;
    private readonly Lock _protocolLock = new();
    private readonly SemaphoreSlim _sending = new(1, 1);
    private readonly byte[] _input = new byte[InputSize];
    private bool _isDisposed;

    private ManagedTlsStream(TlsProtocol protocol, Stream transport)
    {
        _protocol = protocol;
        _transport = transport;
    }

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Carries out the handshake <paramref name="protocol"/> was set up for. Disposes the transport when that fails.</summary>
    /// <exception cref="AuthenticationException">One end does not accept the other.</exception>
    /// <exception cref="IOException">The other end hung up, or said something that is not TLS.</exception>
    public static async Task<Stream> OpenAsync(TlsProtocol protocol, Stream transport, CancellationToken cancellationToken)
    {
        var stream = new ManagedTlsStream(protocol, transport);
        try
        {
            await stream.HandshakeAsync(cancellationToken);
            return stream;
        }
        catch (Exception)
        {
            await stream.DisposeAsync();
            throw;
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            lock (_protocolLock)
            {
                if (_protocol.GetAvailableInputBytes() > 0)
                {
                    // An empty buffer asks whether there is something.
                    return buffer.IsEmpty ? 0 : TakeInput_NeedsLock(buffer);
                }

                if (_protocol.IsClosed)
                {
                    return 0;
                }
            }

            // What is carried here frames its messages, so a missing farewell cuts none of them short unnoticed.
            if (!await ReceiveAsync(cancellationToken))
            {
                return 0;
            }
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (!buffer.IsEmpty)
        {
            var piece = buffer[..Math.Min(buffer.Length, LargestPiece)];
            await SendAsync(piece, cancellationToken);
            buffer = buffer[piece.Length..];
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) => _transport.FlushAsync(cancellationToken);

    public override async ValueTask DisposeAsync()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        using (var patience = new CancellationTokenSource(ParkingTime))
        {
            try
            {
                lock (_protocolLock)
                {
                    _protocol.Close();
                }

                await SendAsync(default, patience.Token);
            }
            catch (Exception problem) when (problem is IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
            {
                // Nobody listens any more.
            }
        }

        await _transport.DisposeAsync();
        await base.DisposeAsync();
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() => _transport.Flush();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    /// <summary>Without a farewell: that would have to be waited for.</summary>
    protected override void Dispose(bool disposing)
    {
        if (disposing && !_isDisposed)
        {
            _isDisposed = true;
            _transport.Dispose();
        }

        base.Dispose(disposing);
    }

    private async Task HandshakeAsync(CancellationToken cancellationToken)
    {
        try
        {
            await SendAsync(default, cancellationToken);
            while (_protocol.IsHandshaking)
            {
                if (!await ReceiveAsync(cancellationToken))
                {
                    throw new EndOfStreamException("The other end hung up during the TLS handshake");
                }
            }
        }
        catch (Exception problem) when (problem is TlsFatalAlert or TlsFatalAlertReceived)
        {
            throw new AuthenticationException($"TLS handshake failed: {problem.Message}", problem);
        }
    }

    private int TakeInput_NeedsLock(Memory<byte> buffer)
    {
        if (MemoryMarshal.TryGetArray<byte>(buffer, out var array))
        {
            return _protocol.ReadInput(array.Array!, array.Offset, array.Count);
        }

        var rented = ArrayPool<byte>.Shared.Rent(Math.Min(buffer.Length, InputSize));
        try
        {
            var count = _protocol.ReadInput(rented, 0, Math.Min(buffer.Length, rented.Length));
            rented.AsSpan(0, count).CopyTo(buffer.Span);
            return count;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>Takes in what comes next and sends what the protocol says to it; false at the end.</summary>
    private async ValueTask<bool> ReceiveAsync(CancellationToken cancellationToken)
    {
        var count = await _transport.ReadAsync(_input, cancellationToken);
        if (count == 0)
        {
            return false;
        }

        bool hasAnswer;
        lock (_protocolLock)
        {
            _protocol.OfferInput(_input, 0, count);
            hasAnswer = _protocol.GetAvailableOutputBytes() > 0;
        }

        if (hasAnswer)
        {
            await SendAsync(default, cancellationToken);
        }

        return true;
    }

    /// <summary>Encrypts <paramref name="plain"/> and sends it, and what else waits. Records leave in the order they were made in.</summary>
    private async Task SendAsync(ReadOnlyMemory<byte> plain, CancellationToken cancellationToken)
    {
        await _sending.WaitAsync(cancellationToken);
        byte[]? records = null;
        try
        {
            int count;
            lock (_protocolLock)
            {
                if (!plain.IsEmpty)
                {
                    _protocol.WriteApplicationData(plain.Span);
                }

                count = _protocol.GetAvailableOutputBytes();
                records = ArrayPool<byte>.Shared.Rent(count);
                _protocol.ReadOutput(records, 0, count);
            }

            if (count > 0)
            {
                await _transport.WriteAsync(records.AsMemory(0, count), cancellationToken);
            }
        }
        finally
        {
            if (records is not null)
            {
                ArrayPool<byte>.Shared.Return(records);
            }

            _sending.Release();
        }
    }
}
