using System.Buffers;
using System.Buffers.Binary;

namespace Crescent.Api.Encoding.Protobuf;

/// <summary>
/// Writes the <see href="https://protobuf.dev/programming-guides/encoding/">protobuf wire format</see> into one pooled buffer. A message is
/// written in place and moved by a few bytes when its length turns out to need them.
/// </summary>
internal sealed class ProtobufWriter : IDisposable
{
    private const int MaxVarintBytes = 10;

    private byte[] _buffer;
    private int _length;

    public ProtobufWriter(int expectedBytes = 1024) => _buffer = ArrayPool<byte>.Shared.Rent(Math.Max(256, expectedBytes));

    public ReadOnlySpan<byte> Written => _buffer.AsSpan(0, _length);
    public ReadOnlyMemory<byte> WrittenMemory => _buffer.AsMemory(0, _length);
    public int Length => _length;

    public void WriteTag(int number, int wireType) => WriteVarint(((ulong)number << 3) | (uint)wireType);

    public void WriteVarint(ulong value)
    {
        Reserve(MaxVarintBytes);
        while (value >= 0x80)
        {
            _buffer[_length++] = (byte)(value | 0x80);
            value >>= 7;
        }

        _buffer[_length++] = (byte)value;
    }

    public void WriteInteger(int number, long value)
    {
        WriteTag(number, ProtobufReader.Varint);
        WriteVarint((ulong)value);
    }

    public void WriteDouble(int number, double value)
    {
        WriteTag(number, ProtobufReader.Fixed64);
        BinaryPrimitives.WriteDoubleLittleEndian(Space(sizeof(double)), value);
        _length += sizeof(double);
    }

    public void WriteBytes(int number, ReadOnlySpan<byte> bytes)
    {
        WriteTag(number, ProtobufReader.Bytes);
        WriteVarint((ulong)bytes.Length);
        Write(bytes);
    }

    /// <summary>Bytes as they are.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Space(bytes.Length));
        _length += bytes.Length;
    }

    /// <summary>Room for at least <paramref name="size"/> bytes, to be claimed with <see cref="Advance"/>.</summary>
    public Span<byte> Space(int size)
    {
        Reserve(size);
        return _buffer.AsSpan(_length);
    }

    public void Advance(int count) => _length += count;

    /// <summary>Begins a length-delimited field; give what it answers to <see cref="End"/>.</summary>
    public int Begin(int number)
    {
        WriteTag(number, ProtobufReader.Bytes);
        Reserve(1);
        return ++_length;
    }

    public void End(int start)
    {
        var content = _length - start;
        var extra = 0;
        for (var rest = content >> 7; rest != 0; rest >>= 7)
        {
            extra++;
        }

        if (extra > 0)
        {
            Reserve(extra);
            _buffer.AsSpan(start, content).CopyTo(_buffer.AsSpan(start + extra));
        }

        var at = start - 1;
        for (var rest = (uint)content; ; rest >>= 7)
        {
            _buffer[at++] = (byte)(rest >= 0x80 ? rest | 0x80 : rest);
            if (rest < 0x80)
            {
                break;
            }
        }

        _length += extra;
    }

    public void Dispose()
    {
        var buffer = _buffer;
        _buffer = [];
        _length = 0;
        if (buffer.Length != 0)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private void Reserve(int size)
    {
        if (_buffer.Length - _length >= size)
        {
            return;
        }

        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(checked(_length + size), _buffer.Length * 2));
        Written.CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
