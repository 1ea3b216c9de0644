using System.Buffers.Binary;
using System.IO.Compression;

namespace Crescent.Api.Streaming.Spdy;

/// <summary>
/// Decompresses the header blocks of one direction of a connection; they are one zlib stream with a preset dictionary. There is no way to
/// give .NET's inflater a dictionary, so it is fed as a stored block first and what comes out of that is thrown away: the window is then
/// the one the sender had.
/// </summary>
internal sealed class SpdyHeaderReader : IDisposable
{
    private const int MaxPairs = 256;
    private const int MaxTextBytes = 16 * 1024;
    private const int ZlibHeadBytes = 6;

    private readonly Feed _feed = new();
    private readonly DeflateStream _inflater;
    private bool _hasBegun;

    public SpdyHeaderReader() => _inflater = new(_feed, CompressionMode.Decompress);

    /// <summary>Names are lower case; several values of one name are separated by a zero character.</summary>
    /// <exception cref="SpdyException">Not a header block.</exception>
    public Dictionary<string, string> Read(ReadOnlyMemory<byte> block)
    {
        try
        {
            Begin(ref block);
            _feed.Append(block);
            var count = ReadNumber(MaxPairs);
            var headers = new Dictionary<string, string>(count, StringComparer.OrdinalIgnoreCase);
            for (var index = 0; index < count; index++)
            {
                var name = ReadText();
                headers[name] = ReadText();
            }

            return headers;
        }
        catch (Exception exception) when (exception is InvalidDataException or EndOfStreamException)
        {
            throw new SpdyException("malformed header block", exception);
        }
    }

    public void Dispose() => _inflater.Dispose();

    private void Begin(ref ReadOnlyMemory<byte> block)
    {
        if (_hasBegun)
        {
            return;
        }

        var head = block.Span;
        var hasDictionary = head.Length >= ZlibHeadBytes && (head[1] & 0x20) != 0;
        if (head.Length < 2 || (head[0] & 0x0F) != 8 || ((head[0] << 8) | head[1]) % 31 != 0
            || (hasDictionary && BinaryPrimitives.ReadUInt32BigEndian(head[2..]) != SpdyDictionary.Id))
        {
            throw new SpdyException("header blocks are not compressed as SPDY/3 asks for");
        }

        block = block[(hasDictionary ? ZlibHeadBytes : 2)..];
        if (hasDictionary)
        {
            _feed.Append(StoredBlock.Of(SpdyDictionary.Bytes.Span));
            _inflater.ReadExactly(new byte[SpdyDictionary.Bytes.Length]);
        }

        _hasBegun = true;
    }

    private string ReadText()
    {
        var text = new byte[ReadNumber(MaxTextBytes)];
        _inflater.ReadExactly(text);
        return System.Text.Encoding.UTF8.GetString(text);
    }

    private int ReadNumber(int limit)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        _inflater.ReadExactly(bytes);
        var number = BinaryPrimitives.ReadInt32BigEndian(bytes);
        return number >= 0 && number <= limit ? number : throw new SpdyException("header block is too large");
    }

    /// <summary>What has arrived and the inflater has not taken yet; never at its end, only empty for now.</summary>
    private sealed class Feed : Stream
    {
        private ReadOnlyMemory<byte> _rest;

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public void Append(ReadOnlyMemory<byte> piece) => _rest = _rest.IsEmpty ? piece : (byte[])[.. _rest.Span, .. piece.Span];

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            var count = Math.Min(buffer.Length, _rest.Length);
            _rest.Span[..count].CopyTo(buffer);
            _rest = _rest[count..];
            return count;
        }

        public override void Flush() { }
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
