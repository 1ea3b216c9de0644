using System.Buffers.Binary;

namespace Crescent.Api.Streaming.Spdy;

/// <summary>
/// One frame. Eight bytes in front: for control frames <c>1 version(15) type(16) flags(8) length(24)</c>, for data frames
/// <c>0 stream(31) flags(8) length(24)</c>.
/// </summary>
internal readonly record struct SpdyFrame
{
    public const int HeadBytes = 8;
    public const byte Fin = 1;

    /// <summary>Most bytes of data this side puts into one frame.</summary>
    public const int MaxDataBytes = 16 * 1024;

    private const ushort Version = 3;
    private const uint IdMask = 0x7FFFFFFF;

    /// <summary>Null for data.</summary>
    public SpdyFrameType? Type { get; private init; }

    /// <summary>Of data frames.</summary>
    public uint StreamId { get; private init; }

    public byte Flags { get; private init; }

    /// <summary>Bytes that follow the head.</summary>
    public int Length { get; private init; }

    public bool IsFin => (Flags & Fin) != 0;

    /// <exception cref="SpdyException">Another version.</exception>
    public static SpdyFrame ReadHead(ReadOnlySpan<byte> head)
    {
        var first = BinaryPrimitives.ReadUInt32BigEndian(head);
        var second = BinaryPrimitives.ReadUInt32BigEndian(head[4..]);
        var (flags, length) = ((byte)(second >> 24), (int)(second & 0xFFFFFF));
        if (first <= IdMask)
        {
            return new() { StreamId = first, Flags = flags, Length = length };
        }

        return (first >> 16 & 0x7FFF) == Version
            ? new() { Type = (SpdyFrameType)(first & 0xFFFF), Flags = flags, Length = length }
            : throw new SpdyException("only version 3 of SPDY is spoken here");
    }

    /// <summary>The 31-bit number in front of most payloads.</summary>
    public static uint ReadId(ReadOnlySpan<byte> payload) =>
        payload.Length >= sizeof(uint) ? BinaryPrimitives.ReadUInt32BigEndian(payload) & IdMask : throw new SpdyException("frame is too short");

    public static byte[] Control(SpdyFrameType type, byte flags, params ReadOnlySpan<byte> payload)
    {
        var frame = new byte[HeadBytes + payload.Length];
        BinaryPrimitives.WriteUInt32BigEndian(frame, 0x80000000 | (uint)Version << 16 | (uint)type);
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(4), (uint)flags << 24 | (uint)payload.Length);
        payload.CopyTo(frame.AsSpan(HeadBytes));
        return frame;
    }

    /// <summary>A control frame of numbers: RST_STREAM, GOAWAY, WINDOW_UPDATE.</summary>
    public static byte[] Numbers(SpdyFrameType type, params ReadOnlySpan<uint> numbers)
    {
        var payload = new byte[numbers.Length * sizeof(uint)];
        for (var index = 0; index < numbers.Length; index++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(payload.AsSpan(index * sizeof(uint)), numbers[index]);
        }

        return Control(type, 0, payload);
    }

    public static void WriteDataHead(Span<byte> head, uint streamId, bool isFin, int length)
    {
        BinaryPrimitives.WriteUInt32BigEndian(head, streamId);
        BinaryPrimitives.WriteUInt32BigEndian(head[4..], (isFin ? (uint)Fin << 24 : 0) | (uint)length);
    }
}
