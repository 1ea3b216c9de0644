using System.Buffers;

namespace Crescent.Api.OpenApi;

/// <summary>Builds one protobuf message from strings and nested messages, which is all that OpenAPI v2 documents are made of.</summary>
internal sealed class ProtoMessage
{
    private const int LengthDelimited = 2;
    private readonly ArrayBufferWriter<byte> _buffer = new();

    public byte[] ToArray() => _buffer.WrittenSpan.ToArray();

    /// <summary>Left out when empty, as proto3 does.</summary>
    public ProtoMessage Text(int field, string value)
    {
        if (value.Length != 0)
        {
            Bytes(field, System.Text.Encoding.UTF8.GetBytes(value));
        }

        return this;
    }

    public ProtoMessage Message(int field, Action<ProtoMessage> write)
    {
        var inner = new ProtoMessage();
        write(inner);
        Bytes(field, inner._buffer.WrittenSpan);
        return this;
    }

    private void Bytes(int field, ReadOnlySpan<byte> value)
    {
        Varint((uint)((field << 3) | LengthDelimited));
        Varint((uint)value.Length);
        _buffer.Write(value);
    }

    private void Varint(uint value)
    {
        Span<byte> bytes = stackalloc byte[5];
        var length = 0;
        for (; value >= 0x80; value >>= 7)
        {
            bytes[length++] = (byte)(value | 0x80);
        }

        bytes[length++] = (byte)value;
        _buffer.Write(bytes[..length]);
    }
}
