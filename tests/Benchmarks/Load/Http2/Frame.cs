using System.Buffers.Binary;

namespace Crescent.Benchmarks.Load.Http2;

/// <summary>Kinds and flags of frames, and their header of nine bytes (RFC 9113, section 4.1).</summary>
internal readonly record struct Frame(int Length, byte Kind, byte Flags, int Stream)
{
    public const int HeaderLength = 9;

    /// <summary>Largest payload: the default, which nobody here raises.</summary>
    public const int MaxLength = 16_384;

    public const byte Data = 0;
    public const byte Headers = 1;
    public const byte Reset = 3;
    public const byte Settings = 4;
    public const byte Ping = 6;
    public const byte GoAway = 7;
    public const byte WindowUpdate = 8;
    public const byte Continuation = 9;

    public const byte EndStream = 1;
    public const byte Acknowledges = 1;
    public const byte EndHeaders = 4;
    public const byte Padded = 8;
    public const byte HasPriority = 32;

    public bool Has(byte flag) => (Flags & flag) != 0;

    public static Frame Read(ReadOnlySpan<byte> header) => new(
        (header[0] << 16) | (header[1] << 8) | header[2], header[3], header[4], BinaryPrimitives.ReadInt32BigEndian(header[5..]) & int.MaxValue);

    public void Write(Span<byte> header)
    {
        (header[0], header[1], header[2], header[3], header[4]) = ((byte)(Length >> 16), (byte)(Length >> 8), (byte)Length, Kind, Flags);
        BinaryPrimitives.WriteInt32BigEndian(header[5..], Stream);
    }

    /// <summary>The payload without padding and priority.</summary>
    public ReadOnlySpan<byte> Strip(ReadOnlySpan<byte> payload)
    {
        if (Has(Padded))
        {
            payload = payload[1..^payload[0]];
        }

        return Kind == Headers && Has(HasPriority) ? payload[5..] : payload;
    }
}
