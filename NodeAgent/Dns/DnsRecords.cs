namespace Crescent.NodeAgent.Dns;

/// <summary>Records of one name and type, encoded to be copied behind a question.</summary>
/// <param name="Wire">Encoded records; the owner is a pointer to the question's name.</param>
/// <param name="Count">Number of records.</param>
/// <param name="RecordLength">Length of each record when all are equally long, so that their order can be rotated; else 0.</param>
/// <param name="Additional">Encoded additional records, owners written out.</param>
/// <param name="AdditionalCount">Number of additional records.</param>
internal sealed record DnsRecords(byte[] Wire, int Count, int RecordLength, byte[] Additional, int AdditionalCount);
