using System.Buffers;
using System.Buffers.Binary;

namespace Crescent.NodeAgent.Dns;

/// <summary>An answer of an upstream resolver, checked once so that it can be sent and aged without another look.</summary>
internal sealed class DnsReply
{
    private readonly byte[] _message;
    private readonly int[] _ttlOffsets;

    private DnsReply(byte[] message, int[] ttlOffsets, uint ttl)
    {
        _message = message;
        _ttlOffsets = ttlOffsets;
        Ttl = TimeSpan.FromSeconds(ttl);
    }

    /// <summary>How long the answer may be kept: the least of its records; for a negative answer what its SOA says.</summary>
    public TimeSpan Ttl { get; }

    public int Length => _message.Length;

    public bool IsTruncated => (_message[2] & 0x02) != 0;

    public DnsCode Code => (DnsCode)(_message[3] & 0x0F);

    /// <summary>Null when the message is malformed or answers another question.</summary>
    public static DnsReply? TryRead(ReadOnlySpan<byte> message, ushort id, ReadOnlySpan<byte> lowerQuestion)
    {
        var start = DnsQuery.HeaderLength + lowerQuestion.Length;
        if (message.Length < start
            || BinaryPrimitives.ReadUInt16BigEndian(message) != id
            || (message[2] & 0x80) == 0
            || BinaryPrimitives.ReadUInt16BigEndian(message[4..]) != 1
            || !IsSameQuestion(message[DnsQuery.HeaderLength..start], lowerQuestion))
        {
            return null;
        }

        var offsets = new List<int>();
        uint? ttl = null;
        var answers = BinaryPrimitives.ReadUInt16BigEndian(message[6..]);
        var records = answers + BinaryPrimitives.ReadUInt16BigEndian(message[8..]) + BinaryPrimitives.ReadUInt16BigEndian(message[10..]);
        Span<byte> name = stackalloc byte[DnsName.MaxLength];
        for (var offset = start; records > 0; records--)
        {
            if (DnsName.Read(message, offset, name, out var fields) == 0 || fields + 10 > message.Length)
            {
                return null;
            }

            var type = (DnsType)BinaryPrimitives.ReadUInt16BigEndian(message[fields..]);
            var length = BinaryPrimitives.ReadUInt16BigEndian(message[(fields + 8)..]);
            offset = fields + 10 + length;
            if (offset > message.Length)
            {
                return null;
            }

            if (type != DnsType.Opt)
            {
                offsets.Add(fields + 4);
                var recordTtl = BinaryPrimitives.ReadUInt32BigEndian(message[(fields + 4)..]);
                if (type == DnsType.Soa && answers == 0 && length >= 4)
                {
                    recordTtl = Math.Min(recordTtl, BinaryPrimitives.ReadUInt32BigEndian(message[(offset - 4)..]));
                }

                ttl = Math.Min(ttl ?? uint.MaxValue, recordTtl);
            }
        }

        return new DnsReply(message.ToArray(), [.. offsets], Math.Min(ttl ?? 0, int.MaxValue));
    }

    /// <summary>Writes the answer for one client: its id, its spelling of the question, and records that have aged.</summary>
    public int WriteTo(Span<byte> answer, in DnsQuery query, TimeSpan age)
    {
        _message.CopyTo(answer);
        BinaryPrimitives.WriteUInt16BigEndian(answer, query.Id);
        answer[2] = (byte)((answer[2] & 0xFE) | (query.IsRecursionDesired ? 1 : 0));
        query.Question.CopyTo(answer[DnsQuery.HeaderLength..]);
        var seconds = (uint)Math.Max(0, age.TotalSeconds);
        foreach (var offset in seconds == 0 ? [] : _ttlOffsets)
        {
            var ttl = BinaryPrimitives.ReadUInt32BigEndian(answer[offset..]);
            BinaryPrimitives.WriteUInt32BigEndian(answer[offset..], ttl > seconds ? ttl - seconds : 0);
        }

        return _message.Length;
    }

    /// <summary>Copies address and alias records with their names written out. Returns their number.</summary>
    public int CopyAnswers(IBufferWriter<byte> records)
    {
        ReadOnlySpan<byte> message = _message;
        Span<byte> owner = stackalloc byte[DnsName.MaxLength];
        Span<byte> target = stackalloc byte[DnsName.MaxLength];
        var copied = 0;
        DnsName.Read(message, DnsQuery.HeaderLength, owner, out var offset);
        offset += 4;
        for (var left = BinaryPrimitives.ReadUInt16BigEndian(message[6..]); left > 0; left--)
        {
            var ownerLength = DnsName.Read(message, offset, owner, out var fields);
            var type = (DnsType)BinaryPrimitives.ReadUInt16BigEndian(message[fields..]);
            var ttl = BinaryPrimitives.ReadUInt32BigEndian(message[(fields + 4)..]);
            var length = BinaryPrimitives.ReadUInt16BigEndian(message[(fields + 8)..]);
            offset = fields + 10 + length;
            switch (type)
            {
                case DnsType.Cname:
                    var targetLength = DnsName.Read(message, fields + 10, target, out _);
                    DnsRecordWriter.Write(records, owner[..ownerLength], type, target[..targetLength], ttl);
                    copied++;
                    break;
                case DnsType.A or DnsType.Aaaa:
                    DnsRecordWriter.Write(records, owner[..ownerLength], type, message.Slice(fields + 10, length), ttl);
                    copied++;
                    break;
            }
        }

        return copied;
    }

    private static bool IsSameQuestion(ReadOnlySpan<byte> question, ReadOnlySpan<byte> lowerQuestion)
    {
        Span<byte> lower = stackalloc byte[question.Length];
        question.CopyTo(lower);
        DnsName.ToLower(lower[..^4]);
        return lower.SequenceEqual(lowerQuestion);
    }
}
