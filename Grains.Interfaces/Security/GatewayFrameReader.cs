using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;

namespace Crescent.Security;

/// <summary>
/// Passes a client's bytes on unchanged, after looking at the header of each frame: <c>headerLength:i32 bodyLength:i32 header body</c>,
/// preceded by one preamble <c>length:i32 bytes</c>. The reader above acts on a frame only when all of it is there, so it is enough to
/// look as soon as the header is.
/// </summary>
internal sealed class GatewayFrameReader(PipeReader inner) : PipeReader
{
    private const int LengthsSize = 2 * sizeof(int);
    private const int MaxHeaderLength = 10 * 1024 * 1024;
    private ReadOnlySequence<byte> _buffer;

    /// <summary>Offset in the unconsumed bytes of the next thing to look at.</summary>
    private long _next;

    private bool _isPreambleSeen;
    private byte[]? _client;

    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) =>
        Inspect(await inner.ReadAsync(cancellationToken));

    public override bool TryRead(out ReadResult result)
    {
        if (!inner.TryRead(out result))
        {
            return false;
        }

        result = Inspect(result);
        return true;
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        _next -= _buffer.Slice(0, consumed).Length;
        _buffer = default;
        inner.AdvanceTo(consumed, examined);
    }

    public override void CancelPendingRead() => inner.CancelPendingRead();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    private ReadResult Inspect(ReadResult result)
    {
        _buffer = result.Buffer;
        Span<byte> lengths = stackalloc byte[LengthsSize];
        while (true)
        {
            var rest = _next < _buffer.Length ? _buffer.Slice(_next) : default;
            if (!_isPreambleSeen)
            {
                if (rest.Length < sizeof(int))
                {
                    return result;
                }

                rest.Slice(0, sizeof(int)).CopyTo(lengths);
                _next += sizeof(int) + Length(lengths);
                _isPreambleSeen = true;
                continue;
            }

            if (rest.Length < LengthsSize)
            {
                return result;
            }

            rest.Slice(0, LengthsSize).CopyTo(lengths);
            var headerLength = Length(lengths);
            var bodyLength = Length(lengths[sizeof(int)..]);
            if (rest.Length < LengthsSize + headerLength)
            {
                return result;
            }

            Check(rest.Slice(LengthsSize, headerLength));
            _next += LengthsSize + (long)headerLength + bodyLength;
        }
    }

    private static int Length(ReadOnlySpan<byte> bytes)
    {
        var length = BinaryPrimitives.ReadInt32LittleEndian(bytes);
        return length is >= 0 and <= MaxHeaderLength * 10
            ? length
            : throw new GatewayFrameException("A client sent a frame of impossible length");
    }

    private void Check(ReadOnlySequence<byte> header)
    {
        if (header.Length > MaxHeaderLength)
        {
            throw new GatewayFrameException("A client sent an oversized header");
        }

        var sender = GatewayFrame.ReadSender(header.IsSingleSegment ? header.FirstSpan : header.ToArray());
        if (_client is null)
        {
            _client = sender.ToArray();
        }
        else if (!sender.SequenceEqual(_client))
        {
            throw new GatewayFrameException("A client sent messages under two identities");
        }
    }
}
