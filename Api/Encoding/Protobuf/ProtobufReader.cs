using System.Buffers.Binary;

namespace Crescent.Api.Encoding.Protobuf;

/// <summary>Reads the <see href="https://protobuf.dev/programming-guides/encoding/">protobuf wire format</see> field by field.</summary>
/// <remarks>Throws <see cref="InvalidDataException"/> on anything malformed; the decoder turns it into a refusal.</remarks>
internal ref struct ProtobufReader(ReadOnlySpan<byte> data)
{
    public const int Varint = 0;
    public const int Fixed64 = 1;
    public const int Bytes = 2;
    public const int Fixed32 = 5;

    private ReadOnlySpan<byte> _rest = data;

    public readonly bool IsAtEnd => _rest.IsEmpty;

    /// <summary>False at the end.</summary>
    public bool TryReadTag(out int number, out int wireType)
    {
        (number, wireType) = (0, 0);
        if (_rest.IsEmpty)
        {
            return false;
        }

        var tag = ReadVarint();
        (number, wireType) = ((int)(tag >> 3), (int)(tag & 7));
        return number > 0 && tag >> 3 <= 0x1FFFFFFF ? true : throw new InvalidDataException("proto: illegal tag");
    }

    public ulong ReadVarint()
    {
        ulong value = 0;
        for (var index = 0; index < 10 && index < _rest.Length; index++)
        {
            value |= (ulong)(_rest[index] & 0x7F) << (7 * index);
            if (_rest[index] < 0x80)
            {
                _rest = _rest[(index + 1)..];
                return value;
            }
        }

        throw new InvalidDataException(_rest.Length < 10 ? "unexpected EOF" : "proto: integer overflow");
    }

    public ReadOnlySpan<byte> ReadBytes() => Take(ReadVarint());

    public double ReadDouble() => BinaryPrimitives.ReadDoubleLittleEndian(Take(8));

    public void Skip(int wireType)
    {
        switch (wireType)
        {
            case Varint:
                ReadVarint();
                break;
            case Fixed64:
                Take(8);
                break;
            case Bytes:
                ReadBytes();
                break;
            case Fixed32:
                Take(4);
                break;
            default:
                throw new InvalidDataException($"proto: illegal wireType {wireType}");
        }
    }

    private ReadOnlySpan<byte> Take(ulong length)
    {
        if (length > (ulong)_rest.Length)
        {
            throw new InvalidDataException("unexpected EOF");
        }

        var taken = _rest[..(int)length];
        _rest = _rest[(int)length..];
        return taken;
    }
}
