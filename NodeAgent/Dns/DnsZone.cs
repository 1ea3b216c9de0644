using System.Collections.Immutable;
using System.Net;

namespace Crescent.NodeAgent.Dns;

/// <summary>Everything the cluster's names mean at one moment. Immutable after <see cref="DnsZoneBuilder"/> made it.</summary>
internal sealed class DnsZone
{
    private readonly Dictionary<byte[], DnsNode>.AlternateLookup<ReadOnlySpan<byte>> _nodes;
    private readonly ImmutableArray<IPNetwork> _ownNetworks;
    private readonly byte[] _domain;
    private readonly byte[] _podDomain;

    /// <param name="domain">Cluster domain, e.g. <c>cluster.local</c>.</param>
    /// <param name="nodes">Existing names, reverse ones included.</param>
    /// <param name="ownNetworks">Address ranges whose reverse names nobody else knows.</param>
    public DnsZone(string domain, Dictionary<byte[], DnsNode> nodes, ImmutableArray<IPNetwork> ownNetworks)
    {
        _domain = DnsName.Encode(domain);
        _podDomain = DnsName.Encode($"pod.{domain}");
        _nodes = nodes.GetAlternateLookup<ReadOnlySpan<byte>>();
        _ownNetworks = ownNetworks;
        Authority = DnsRecordWriter.Authority(_domain, domain);
        Count = nodes.Count;
    }

    public int Count { get; }

    /// <summary>The SOA record that goes with negative answers.</summary>
    public DnsRecords Authority { get; }

    /// <summary>Whether this server has the last word on a name (lower-case wire format).</summary>
    public bool IsResponsibleFor(ReadOnlySpan<byte> name) =>
        DnsName.IsWithin(name, _domain)
        || _nodes.ContainsKey(name)
        || (ReverseName.TryParse(name, out var address) && _ownNetworks.Any(network => network.Contains(address)));

    /// <summary>The node of an existing name, else null.</summary>
    public DnsNode? Find(ReadOnlySpan<byte> name) =>
        _nodes.TryGetValue(name, out var node) ? node : name.Length > _podDomain.Length ? FindPod(name) : null;

    // 1-2-3-4.NAMESPACE.pod.DOMAIN is the address it spells.
    private DnsNode? FindPod(ReadOnlySpan<byte> name)
    {
        if (!DnsName.IsWithin(name, _podDomain))
        {
            return null;
        }

        var first = DnsName.SplitFirst(name, out var rest);
        if (rest.SequenceEqual(_podDomain))
        {
            return new DnsNode(); // The namespace itself exists.
        }

        DnsName.SplitFirst(rest, out var afterNamespace);
        Span<char> text = stackalloc char[first.Length];
        for (var i = 0; i < first.Length; i++)
        {
            text[i] = first[i] == '-' ? '.' : (char)first[i];
        }

        if (!afterNamespace.SequenceEqual(_podDomain) || text.Count('.') != 3 || !IPAddress.TryParse(text, out var address))
        {
            return null;
        }

        var node = new DnsNode();
        node.Set(DnsType.A, DnsRecordWriter.Addresses(DnsType.A, [address]));
        return node;
    }
}
