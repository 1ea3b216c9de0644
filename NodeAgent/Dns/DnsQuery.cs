using System.Buffers.Binary;

namespace Crescent.NodeAgent.Dns;

/// <summary>A received question, read in place.</summary>
internal ref struct DnsQuery
{
    public const int HeaderLength = 12;
    private const int PlainLimit = 512;
    private const int LargestLimit = 1232;

    public ushort Id { get; private set; }

    public bool IsRecursionDesired { get; private set; }

    /// <summary>Question section as it came, letter case included.</summary>
    public ReadOnlySpan<byte> Question { get; private set; }

    /// <summary>Name as it came, in wire format.</summary>
    public readonly ReadOnlySpan<byte> Name => Question[..^4];

    public DnsType Type { get; private set; }

    public ushort Class { get; private set; }

    public bool HasEdns { get; private set; }

    /// <summary>The client wants DNSSEC records (DO).</summary>
    public bool WantsDnssec { get; private set; }

    /// <summary>Largest UDP answer the client takes, as far as this server goes along.</summary>
    public int Limit { get; private set; }

    /// <summary>
    /// Reads a packet. NoError when it is a question to answer; another code is the answer to give; null means: say nothing.
    /// </summary>
    public static DnsCode? Read(ReadOnlySpan<byte> packet, out DnsQuery query)
    {
        query = default;
        if (packet.Length < HeaderLength || (packet[2] & 0x80) != 0)
        {
            return null; // Too short to answer, or itself an answer.
        }

        query.Id = BinaryPrimitives.ReadUInt16BigEndian(packet);
        query.IsRecursionDesired = (packet[2] & 1) != 0;
        query.Limit = PlainLimit;
        if ((packet[2] & 0x78) != 0)
        {
            return DnsCode.NotImplemented;
        }

        var offset = HeaderLength;
        while (offset < packet.Length && packet[offset] is > 0 and <= 63)
        {
            offset += packet[offset] + 1;
        }

        // One question, its name not compressed: all that resolvers send.
        if (BinaryPrimitives.ReadUInt16BigEndian(packet[4..]) != 1
            || offset + 5 > packet.Length || packet[offset] != 0 || offset + 1 - HeaderLength > DnsName.MaxLength)
        {
            return DnsCode.FormatError;
        }

        query.Question = packet[HeaderLength..(offset + 5)];
        query.Type = (DnsType)BinaryPrimitives.ReadUInt16BigEndian(packet[(offset + 1)..]);
        query.Class = BinaryPrimitives.ReadUInt16BigEndian(packet[(offset + 3)..]);
        query.ReadEdns(packet, offset + 5);
        return DnsCode.NoError;
    }

    private void ReadEdns(ReadOnlySpan<byte> packet, int offset)
    {
        // A question has no answer records; the OPT record is the first of the additional ones.
        var hasOpt = BinaryPrimitives.ReadUInt16BigEndian(packet[10..]) > 0
            && offset + 11 <= packet.Length
            && packet[offset] == 0
            && BinaryPrimitives.ReadUInt16BigEndian(packet[(offset + 1)..]) == (ushort)DnsType.Opt;
        if (hasOpt)
        {
            HasEdns = true;
            Limit = Math.Clamp(BinaryPrimitives.ReadUInt16BigEndian(packet[(offset + 3)..]), (ushort)PlainLimit, (ushort)LargestLimit);
            WantsDnssec = (packet[offset + 7] & 0x80) != 0;
        }
    }
}
