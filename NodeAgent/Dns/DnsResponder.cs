using System.Buffers.Binary;

namespace Crescent.NodeAgent.Dns;

/// <summary>Answers from the cluster zone into a caller's buffer. Pure apart from the rotation it is given.</summary>
internal static class DnsResponder
{
    /// <summary>Room every answer buffer must have: an answer over TCP can have any length up to this.</summary>
    public const int MaxMessage = 65535;

    private const byte Authoritative = 0x04;
    private const byte Truncated = 0x02;
    private const int OptLength = 11;
    private const ushort OwnUdpSize = 1232;

    /// <param name="zone">The cluster's names.</param>
    /// <param name="packet">The question as received.</param>
    /// <param name="answer">Where the answer goes, of <see cref="MaxMessage"/> bytes.</param>
    /// <param name="isUdp">The answer must fit the client's packet size.</param>
    /// <param name="rotation">Any number; rotates addresses of headless services.</param>
    public static DnsVerdict Answer(DnsZone zone, ReadOnlySpan<byte> packet, Span<byte> answer, bool isUdp, uint rotation)
    {
        switch (DnsQuery.Read(packet, out var query))
        {
            case null:
                return DnsVerdict.Ignore;
            case DnsCode.NoError:
                break;
            case { } code:
                return DnsVerdict.Send(WriteError(query, code, answer));
        }

        if (query.Class is not (1 or 255))
        {
            return DnsVerdict.Send(WriteError(query, DnsCode.NotImplemented, answer));
        }

        Span<byte> name = stackalloc byte[query.Name.Length];
        query.Name.CopyTo(name);
        DnsName.ToLower(name);
        if (!zone.IsResponsibleFor(name))
        {
            return DnsVerdict.Forward;
        }

        var node = zone.Find(name);
        if (node?.Alias is not null && query.Type != DnsType.Cname)
        {
            return DnsVerdict.Follow(node.Alias);
        }

        var records = node?.Find(query.Type == DnsType.Any ? DnsType.A : query.Type);
        var writer = new AnswerWriter(answer, query);
        if (records is not null)
        {
            writer.AddAnswers(records, rotation);
            return DnsVerdict.Send(writer.Finish(DnsCode.NoError, Authoritative, isUdp));
        }

        writer.AddAuthority(zone.Authority);
        return DnsVerdict.Send(writer.Finish(node is null ? DnsCode.NoSuchName : DnsCode.NoError, Authoritative, isUdp));
    }

    /// <summary>An answer without records.</summary>
    public static int WriteError(in DnsQuery query, DnsCode code, Span<byte> answer) =>
        new AnswerWriter(answer, query).Finish(code, 0, isUdp: false);

    /// <summary>An answer made of records encoded elsewhere, for the question as it came.</summary>
    public static int WriteAnswers(in DnsQuery query, ReadOnlySpan<byte> records, int count, DnsCode code, bool isUdp, Span<byte> answer)
    {
        var writer = new AnswerWriter(answer, query);
        writer.AddEncoded(records, count);
        return writer.Finish(code, 0, isUdp);
    }

    private ref struct AnswerWriter
    {
        private readonly Span<byte> _answer;
        private readonly DnsQuery _query;
        private int _length;
        private int _answers;
        private int _authorities;
        private int _additional;
        private byte[] _additionalWire = [];

        public AnswerWriter(Span<byte> answer, DnsQuery query)
        {
            _answer = answer;
            _query = query;
            query.Question.CopyTo(answer[DnsQuery.HeaderLength..]);
            _length = DnsQuery.HeaderLength + query.Question.Length;
        }

        public void AddAnswers(DnsRecords records, uint rotation)
        {
            var wire = records.Wire.AsSpan();
            var split = records is { RecordLength: > 0, Count: > 1 } ? (int)(rotation % (uint)records.Count) * records.RecordLength : 0;
            wire[split..].CopyTo(_answer[_length..]);
            wire[..split].CopyTo(_answer[(_length + wire.Length - split)..]);
            _length += wire.Length;
            _answers = records.Count;
            _additionalWire = records.Additional;
            _additional = records.AdditionalCount;
        }

        public void AddEncoded(ReadOnlySpan<byte> records, int count)
        {
            records.CopyTo(_answer[_length..]);
            _length += records.Length;
            _answers = count;
        }

        public void AddAuthority(DnsRecords records)
        {
            records.Wire.CopyTo(_answer[_length..]);
            _length += records.Wire.Length;
            _authorities = records.Count;
        }

        public int Finish(DnsCode code, byte flags, bool isUdp)
        {
            var limit = isUdp ? _query.Limit : MaxMessage;
            var room = limit - (_query.HasEdns ? OptLength : 0);
            if (_length > room)
            {
                // The client comes back over TCP.
                _length = DnsQuery.HeaderLength + _query.Question.Length;
                (_answers, _authorities, _additional) = (0, 0, 0);
                flags |= Truncated;
            }
            else if (_additional > 0 && _length + _additionalWire.Length <= room)
            {
                _additionalWire.CopyTo(_answer[_length..]);
                _length += _additionalWire.Length;
            }
            else
            {
                _additional = 0; // Additional records are a courtesy.
            }

            if (_query.HasEdns)
            {
                WriteOpt();
            }

            BinaryPrimitives.WriteUInt16BigEndian(_answer, _query.Id);
            _answer[2] = (byte)(0x80 | flags | (_query.IsRecursionDesired ? 1 : 0));
            _answer[3] = (byte)(0x80 | (byte)code);
            BinaryPrimitives.WriteUInt16BigEndian(_answer[4..], (ushort)(_query.Question.Length > 0 ? 1 : 0));
            BinaryPrimitives.WriteUInt16BigEndian(_answer[6..], (ushort)_answers);
            BinaryPrimitives.WriteUInt16BigEndian(_answer[8..], (ushort)_authorities);
            BinaryPrimitives.WriteUInt16BigEndian(_answer[10..], (ushort)_additional);
            return _length;
        }

        private void WriteOpt()
        {
            var opt = _answer.Slice(_length, OptLength);
            opt.Clear();
            BinaryPrimitives.WriteUInt16BigEndian(opt[1..], (ushort)DnsType.Opt);
            BinaryPrimitives.WriteUInt16BigEndian(opt[3..], OwnUdpSize);
            _length += OptLength;
            _additional++;
        }
    }
}
