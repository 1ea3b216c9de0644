using System.Buffers.Binary;
using Crescent.Api.Encoding.Protobuf;

namespace Crescent.Api.Watching;

/// <summary>The two forms of an event on the wire.</summary>
internal static class WatchFrame
{
    /// <summary>What stands before a protobuf event in a response.</summary>
    public const int LengthBytes = sizeof(uint);

    /// <summary><c>{"type":…,"object":…}</c> and a line end.</summary>
    public static byte[] Json(string type, ReadOnlySpan<byte> item)
    {
        var head = "{\"type\":\""u8;
        var middle = "\",\"object\":"u8;
        var end = "}\n"u8;
        var frame = GC.AllocateUninitializedArray<byte>(head.Length + type.Length + middle.Length + item.Length + end.Length);
        var rest = Append(frame, head);
        rest = rest[System.Text.Encoding.ASCII.GetBytes(type, rest)..];
        rest = Append(rest, middle);
        rest = Append(rest, item);
        end.CopyTo(rest);
        return frame;
    }

    /// <summary>
    /// Four bytes of length, then <c>WatchEvent { string type = 1; RawExtension object = 2 }</c> without an envelope; the object inside
    /// has one.
    /// </summary>
    public static byte[] Protobuf(string type, ReadOnlySpan<byte> item)
    {
        using var writer = new ProtobufWriter(item.Length + 64);
        writer.Write(stackalloc byte[LengthBytes]);
        writer.WriteBytes(1, System.Text.Encoding.ASCII.GetBytes(type));
        var extension = writer.Begin(2);
        var raw = writer.Begin(1);
        ProtobufEncoder.TryEncode(item, writer);
        writer.End(raw);
        writer.End(extension);
        var frame = writer.Written.ToArray();
        BinaryPrimitives.WriteUInt32BigEndian(frame, (uint)(frame.Length - LengthBytes));
        return frame;
    }

    /// <summary>What is left of the space behind the part.</summary>
    private static Span<byte> Append(Span<byte> space, ReadOnlySpan<byte> part)
    {
        part.CopyTo(space);
        return space[part.Length..];
    }
}
