using System.Buffers.Binary;
using System.Numerics;

namespace Crescent.Security;

/// <summary>
/// The beginning of an Orleans message header, which names direction and sender:
/// <c>flags:u32 id:i64 senderType:(varint length, i32 hash, bytes) senderKey:(same) …</c>. A variable-length integer is as many bytes
/// long as its lowest set bit is high; the value stands above that bit.
/// </summary>
internal static class GatewayFrame
{
    private const string ClientType = "sys.client";
    private const int DirectionShift = 16;
    private const uint DirectionMask = 0xF;
    private const uint Request = 1;
    private const uint OneWay = 3;

    /// <summary>Checks that a header is a request from an outside client and returns the client's key.</summary>
    /// <exception cref="GatewayFrameException">It is not.</exception>
    public static ReadOnlySpan<byte> ReadSender(ReadOnlySpan<byte> header)
    {
        var rest = header;
        var direction = BinaryPrimitives.ReadUInt32LittleEndian(Take(ref rest, sizeof(uint))) >> DirectionShift & DirectionMask;
        if (direction is not (Request or OneWay))
        {
            throw new GatewayFrameException("A client sent a message that is no request");
        }

        Take(ref rest, sizeof(long));
        if (!ReadIdSpan(ref rest).SequenceEqual("sys.client"u8))
        {
            throw new GatewayFrameException($"A client sent a message as something that is no {ClientType}");
        }

        var key = ReadIdSpan(ref rest);
        if (key.StartsWith("hosted-"u8))
        {
            throw new GatewayFrameException("A client sent a message as the client inside a silo");
        }

        return key;
    }

    private static ReadOnlySpan<byte> ReadIdSpan(scoped ref ReadOnlySpan<byte> rest)
    {
        var length = ReadVariableLength(ref rest);
        if (length == 0)
        {
            return [];
        }

        Take(ref rest, sizeof(int));
        return Take(ref rest, length);
    }

    private static int ReadVariableLength(scoped ref ReadOnlySpan<byte> rest)
    {
        var count = rest.IsEmpty ? 0 : BitOperations.TrailingZeroCount((uint)rest[0]) + 1;
        if (count is 0 or > 5)
        {
            throw new GatewayFrameException("A client sent a malformed message header");
        }

        var value = 0UL;
        var bytes = Take(ref rest, count);
        for (var i = 0; i < count; i++)
        {
            value |= (ulong)bytes[i] << (8 * i);
        }

        value >>= count;
        return value <= 64 * 1024 ? (int)value : throw new GatewayFrameException("A client sent an oversized identity");
    }

    private static ReadOnlySpan<byte> Take(scoped ref ReadOnlySpan<byte> rest, int count)
    {
        if (rest.Length < count)
        {
            throw new GatewayFrameException("A client sent a truncated message header");
        }

        var taken = rest[..count];
        rest = rest[count..];
        return taken;
    }
}
