namespace Crescent.NodeAgent.Dns;

/// <summary>One existing name. A name without records exists too (NODATA instead of NXDOMAIN).</summary>
internal sealed class DnsNode
{
    private readonly Dictionary<DnsType, DnsRecords> _records = [];

    /// <summary>Lower-case wire name this is an alias of; null for ordinary names.</summary>
    public byte[]? Alias { get; set; }

    public DnsRecords? Find(DnsType type) => _records.GetValueOrDefault(type);

    public void Set(DnsType type, DnsRecords records) => _records[type] = records;
}
