using System.Buffers;
using System.Buffers.Binary;

namespace Crescent.Benchmarks.Load.Http2;

/// <summary>
/// One HTTP/2 connection (RFC 9113). A thread of its own reads and hands over what arrived; requests made meanwhile by whoever got his
/// answer wait in one buffer until all that was read is handed over, and leave in one write. Others write at once. Everything blocks, so
/// nothing changes threads. Priorities are ignored, pushes are not allowed.
/// </summary>
internal sealed class Http2Connection : IDisposable
{
    /// <summary>What the server may send ahead, per stream and in all.</summary>
    private const int Window = 1 << 30;

    private const int CreditFrom = Window / 4;
    private const int DefaultWindow = 65_535;

    private const int HeaderTableSize = 1;
    private const int EnablePush = 2;
    private const int MaxConcurrentStreams = 3;
    private const int InitialWindowSize = 4;

    private const int Cancelled = 8;

    private readonly Stream _stream;
    private readonly bool _isSecure;
    private readonly string _authority;
    private readonly string _authorization;
    private readonly Thread _reader;
    private readonly ManualResetEventSlim _isReady = new();
    private readonly ArrayBufferWriter<byte> _block = new();
    private readonly HeaderEncoder _headers = new();
    private readonly Dictionary<int, Exchange> _open_NeedsLock = [];
    private readonly Queue<Exchange> _blocked_NeedsLock = [];

    /// <summary>Guards all state that has no guard of its own.</summary>
    private readonly Lock _lock = new();

    /// <summary>Held while bytes go out; taken before <see cref="_lock"/>.</summary>
    private readonly Lock _writing = new();

    private ArrayBufferWriter<byte> _filling = new(64 * 1024);
    private ArrayBufferWriter<byte> _leaving = new(64 * 1024);
    private int _nextId = 1;
    private long _sendWindow = DefaultWindow;
    private long _initialWindow = DefaultWindow;
    private long _limit = 100;
    private int _uncredited;
    private byte[] _fragments = [];
    private Exception? _problem;

    /// <param name="stream">Connected, and agreed upon h2.</param>
    /// <param name="isSecure">The scheme is https.</param>
    /// <param name="authority">Host and port.</param>
    /// <param name="authorization">Value of that header; empty for none.</param>
    public Http2Connection(Stream stream, bool isSecure, string authority, string authorization)
    {
        (_stream, _isSecure, _authority, _authorization) = (stream, isSecure, authority, authorization);
        _filling.Write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8);
        Span<byte> settings = stackalloc byte[18];
        WriteSetting(settings, HeaderTableSize, 0);
        WriteSetting(settings[6..], EnablePush, 0);
        WriteSetting(settings[12..], InitialWindowSize, Window);
        Append_NeedsLock(Frame.Settings, 0, 0, settings);
        Credit_NeedsLock(0, Window - DefaultWindow);
        Flush();
        _reader = new(Read) { IsBackground = true, Name = "http2" };
        _reader.Start();
    }

    /// <summary>The server has said what it takes.</summary>
    public void WaitUntilReady()
    {
        _isReady.Wait();
        if (_problem is { } problem)
        {
            throw new HttpRequestException("The connection was refused.", problem);
        }
    }

    /// <summary>Sends the request; false when the connection is at its limit or at its end.</summary>
    public bool TrySend(Exchange exchange)
    {
        lock (_lock)
        {
            if (_problem is not null || _open_NeedsLock.Count >= _limit)
            {
                return false;
            }

            exchange.Id = _nextId;
            exchange.SendWindow = _initialWindow;
            _nextId += 2;
            _open_NeedsLock.Add(exchange.Id, exchange);
            Encode_NeedsLock(exchange);
            Append_NeedsLock(Frame.Headers, (byte)(Frame.EndHeaders | (exchange.Body.IsEmpty ? Frame.EndStream : 0)), exchange.Id, _block.WrittenSpan);
            AppendBody_NeedsLock(exchange);
        }

        FlushUnlessReading();
        return true;
    }

    /// <summary>Ends a request that nobody waits for any more.</summary>
    public void Cancel(Exchange exchange, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (!_open_NeedsLock.Remove(exchange.Id))
            {
                return;
            }

            Span<byte> code = stackalloc byte[4];
            BinaryPrimitives.WriteInt32BigEndian(code, Cancelled);
            Append_NeedsLock(Frame.Reset, 0, exchange.Id, code);
        }

        FlushUnlessReading();
        exchange.Fail(new OperationCanceledException(cancellationToken));
    }

    public void Dispose()
    {
        _stream.Dispose();
        if (Thread.CurrentThread != _reader)
        {
            _reader.Join();
        }

        _isReady.Dispose();
    }

    private void Read()
    {
        var buffer = new byte[4 * Frame.MaxLength];
        var filled = 0;
        try
        {
            int read;
            while ((read = _stream.Read(buffer, filled, buffer.Length - filled)) > 0)
            {
                filled += read;
                var begin = 0;
                while (filled - begin >= Frame.HeaderLength && Frame.Read(buffer.AsSpan(begin)) is var frame
                    && filled - begin - Frame.HeaderLength >= frame.Length)
                {
                    Handle(frame, frame.Strip(buffer.AsSpan(begin + Frame.HeaderLength, frame.Length)));
                    begin += Frame.HeaderLength + frame.Length;
                }

                buffer.AsSpan(begin, filled - begin).CopyTo(buffer);
                filled -= begin;
                Flush();
            }

            Close(new IOException("The server closed the connection."), 0);
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or InvalidDataException)
        {
            Close(exception, 0);
        }
    }

    private void Handle(Frame frame, ReadOnlySpan<byte> payload)
    {
        switch (frame.Kind)
        {
            case Frame.Data:
                TakeData(frame, payload);
                break;
            case Frame.Headers or Frame.Continuation when !frame.Has(Frame.EndHeaders):
                throw new InvalidDataException("Headers of more than one frame are not expected here.");
            case Frame.Headers:
                TakeHeaders(frame, payload);
                break;
            case Frame.Reset when Take(frame.Stream, isEnd: true) is { } exchange:
                exchange.Fail(new HttpRequestException($"The stream was reset ({BinaryPrimitives.ReadInt32BigEndian(payload)})."));
                break;
            case Frame.Settings when !frame.Has(Frame.Acknowledges):
                Obey(payload);
                break;
            case Frame.Ping when !frame.Has(Frame.Acknowledges):
                lock (_lock)
                {
                    Append_NeedsLock(Frame.Ping, Frame.Acknowledges, 0, payload);
                }

                break;
            case Frame.GoAway:
                Close(new IOException("The server takes no more requests."), BinaryPrimitives.ReadInt32BigEndian(payload) & int.MaxValue);
                break;
            case Frame.WindowUpdate:
                Widen(frame.Stream, BinaryPrimitives.ReadInt32BigEndian(payload) & int.MaxValue);
                break;
        }
    }

    private void TakeHeaders(Frame frame, ReadOnlySpan<byte> block)
    {
        if (Take(frame.Stream, frame.Has(Frame.EndStream)) is not { } exchange)
        {
            return;
        }

        var head = HeaderDecoder.Read(block);
        if (head.Status >= 200)
        {
            exchange.Begin(head);
        }

        if (frame.Has(Frame.EndStream))
        {
            exchange.End();
        }
    }

    private void TakeData(Frame frame, ReadOnlySpan<byte> data)
    {
        Credit(ref _uncredited, 0, frame.Length);
        if (Take(frame.Stream, frame.Has(Frame.EndStream)) is not { } exchange)
        {
            return;
        }

        exchange.Take(data);
        if (frame.Has(Frame.EndStream))
        {
            exchange.End();
            return;
        }

        var uncredited = exchange.Uncredited;
        Credit(ref uncredited, exchange.Id, frame.Length);
        exchange.Uncredited = uncredited;
    }

    /// <summary>Null when it was cancelled.</summary>
    private Exchange? Take(int id, bool isEnd)
    {
        lock (_lock)
        {
            var exchange = _open_NeedsLock.GetValueOrDefault(id);
            if (isEnd)
            {
                _open_NeedsLock.Remove(id);
            }

            return exchange;
        }
    }

    private void Credit(ref int uncredited, int stream, int bytes)
    {
        uncredited += bytes;
        if (uncredited < CreditFrom)
        {
            return;
        }

        lock (_lock)
        {
            Credit_NeedsLock(stream, uncredited);
        }

        uncredited = 0;
    }

    private void Obey(ReadOnlySpan<byte> settings)
    {
        lock (_lock)
        {
            for (; settings.Length >= 6; settings = settings[6..])
            {
                var value = BinaryPrimitives.ReadUInt32BigEndian(settings[2..]);
                switch (BinaryPrimitives.ReadUInt16BigEndian(settings))
                {
                    case HeaderTableSize:
                        _headers.Limit(value);
                        break;
                    case MaxConcurrentStreams:
                        _limit = value;
                        break;
                    case InitialWindowSize:
                        foreach (var exchange in _open_NeedsLock.Values)
                        {
                            exchange.SendWindow += value - _initialWindow;
                        }

                        _initialWindow = value;
                        break;
                }
            }

            Append_NeedsLock(Frame.Settings, Frame.Acknowledges, 0, []);
            Unblock_NeedsLock();
        }

        _isReady.Set();
    }

    private void Widen(int stream, int bytes)
    {
        lock (_lock)
        {
            if (stream == 0)
            {
                _sendWindow += bytes;
            }
            else if (_open_NeedsLock.TryGetValue(stream, out var exchange))
            {
                exchange.SendWindow += bytes;
            }

            Unblock_NeedsLock();
        }
    }

    /// <summary>No new requests; those after stream <paramref name="last"/> have failed.</summary>
    private void Close(Exception problem, int last)
    {
        Exchange[] lost;
        lock (_lock)
        {
            _problem ??= problem;
            lost = [.. _open_NeedsLock.Values.Where(exchange => exchange.Id > last)];
            foreach (var exchange in lost)
            {
                _open_NeedsLock.Remove(exchange.Id);
            }
        }

        _isReady.Set();
        foreach (var exchange in lost)
        {
            exchange.Fail(new HttpRequestException($"{exchange.Method} {exchange.Path} was not answered.", problem));
        }
    }

    private void Encode_NeedsLock(Exchange exchange)
    {
        _block.ResetWrittenCount();
        HeaderEncoder.WriteMethod(_block, exchange.Method, _isSecure);
        _headers.WriteRepeated(_block, HeaderEncoder.Authority, _authority);
        HeaderEncoder.Write(_block, HeaderEncoder.Path, exchange.Path);
        _headers.WriteRepeated(_block, HeaderEncoder.UserAgent, "crescent-bench");
        _headers.WriteRepeated(_block, HeaderEncoder.Accept, "application/json");
        if (_authorization.Length > 0)
        {
            _headers.WriteRepeated(_block, HeaderEncoder.Authorization, _authorization);
        }

        if (exchange.AcceptsGzip)
        {
            _headers.WriteRepeated(_block, HeaderEncoder.AcceptEncoding, "gzip");
        }

        if (!exchange.Body.IsEmpty)
        {
            _headers.WriteRepeated(_block, HeaderEncoder.ContentType, exchange.ContentType);
            HeaderEncoder.Write(_block, HeaderEncoder.ContentLength, exchange.Body.Length.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }
    }

    /// <summary>As much as the server takes now; the rest when it takes more.</summary>
    private void AppendBody_NeedsLock(Exchange exchange)
    {
        var body = exchange.Body.Span[exchange.Sent..];
        while (!body.IsEmpty)
        {
            var length = (int)Math.Min(Math.Min(body.Length, Frame.MaxLength), Math.Min(_sendWindow, exchange.SendWindow));
            if (length <= 0)
            {
                _blocked_NeedsLock.Enqueue(exchange);
                return;
            }

            Append_NeedsLock(Frame.Data, length == body.Length ? Frame.EndStream : (byte)0, exchange.Id, body[..length]);
            _sendWindow -= length;
            exchange.SendWindow -= length;
            exchange.Sent += length;
            body = body[length..];
        }
    }

    private void Unblock_NeedsLock()
    {
        for (var count = _blocked_NeedsLock.Count; count > 0; count--)
        {
            var exchange = _blocked_NeedsLock.Dequeue();
            if (_open_NeedsLock.ContainsKey(exchange.Id))
            {
                AppendBody_NeedsLock(exchange);
            }
        }
    }

    private void Credit_NeedsLock(int stream, int bytes)
    {
        Span<byte> payload = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(payload, bytes);
        Append_NeedsLock(Frame.WindowUpdate, 0, stream, payload);
    }

    private void Append_NeedsLock(byte kind, byte flags, int stream, ReadOnlySpan<byte> payload)
    {
        new Frame(payload.Length, kind, flags, stream).Write(_filling.GetSpan(Frame.HeaderLength));
        _filling.Advance(Frame.HeaderLength);
        _filling.Write(payload);
    }

    private static void WriteSetting(Span<byte> target, ushort name, int value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(target, name);
        BinaryPrimitives.WriteInt32BigEndian(target[2..], value);
    }

    private void FlushUnlessReading()
    {
        if (Thread.CurrentThread == _reader)
        {
            return;
        }

        try
        {
            Flush();
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            Close(exception, 0);
        }
    }

    private void Flush()
    {
        lock (_writing)
        {
            lock (_lock)
            {
                if (_filling.WrittenCount == 0)
                {
                    return;
                }

                (_filling, _leaving) = (_leaving, _filling);
            }

            _stream.Write(_leaving.WrittenSpan);
            _leaving.ResetWrittenCount();
        }
    }
}
