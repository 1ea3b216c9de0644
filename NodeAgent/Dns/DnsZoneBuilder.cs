using System.Collections.Immutable;
using System.Net;
using Crescent.NodeAgent.Networks;

namespace Crescent.NodeAgent.Dns;

/// <summary>
/// Names of services and endpoints, as in the
/// <see href="https://github.com/kubernetes/dns/blob/master/docs/specification.md">Kubernetes DNS specification 1.1</see>.
/// A function of the snapshot.
/// </summary>
internal sealed class DnsZoneBuilder
{
    private static readonly IComparer<IPAddress> AddressOrder = Comparer<IPAddress>.Create(
        (left, right) => left.GetAddressBytes().AsSpan().SequenceCompareTo(right.GetAddressBytes()));

    private readonly string _domain;
    private readonly Dictionary<byte[], DnsNode> _nodes = new(DnsNameComparer.Instance);
    private readonly Dictionary<IPAddress, List<byte[]>> _reverse = [];

    private DnsZoneBuilder(string domain) => _domain = domain;

    public static DnsZone Build(NetworkSnapshot snapshot, string domain, ImmutableArray<IPNetwork> ownNetworks)
    {
        var builder = new DnsZoneBuilder(domain);
        builder.AddApex();
        foreach (var service in snapshot.Services.Values.OrderBy(service => service.Id))
        {
            builder.AddService(service, snapshot.SlicesOf(service.Id));
        }

        foreach (var (address, names) in builder._reverse)
        {
            builder.Node(ReverseName.Of(address)).Set(DnsType.Ptr, DnsRecordWriter.Names(DnsType.Ptr, names));
        }

        return new DnsZone(domain, builder._nodes, ownNetworks);
    }

    private void AddApex()
    {
        var apex = Node(DnsName.Encode(_domain));
        apex.Set(DnsType.Soa, DnsRecordWriter.Authority([0xC0, DnsQuery.HeaderLength], _domain));
        apex.Set(DnsType.Ns, DnsRecordWriter.Names(DnsType.Ns, [DnsName.Encode($"ns.dns.{_domain}")]));
        Node(DnsName.Encode($"svc.{_domain}"));
        Node(DnsName.Encode($"pod.{_domain}"));
        Node(DnsName.Encode($"dns-version.{_domain}")).Set(DnsType.Txt, DnsRecordWriter.Text("1.1.0"));
    }

    private void AddService(ServiceView service, ImmutableArray<EndpointSliceView> slices)
    {
        var text = $"{service.Id.Name}.{service.Id.Namespace}.svc.{_domain}";
        if (DnsName.TryEncode(text) is not { } name)
        {
            return;
        }

        Node(DnsName.Encode($"{service.Id.Namespace}.svc.{_domain}"));
        var node = Node(name);
        if (service.ExternalName is { } external)
        {
            if (DnsName.TryEncode(external) is { } target)
            {
                node.Alias = target;
                node.Set(DnsType.Cname, DnsRecordWriter.Names(DnsType.Cname, [target]));
            }
        }
        else if (service.IsHeadless)
        {
            AddHeadless(service, slices, text, node);
        }
        else
        {
            SetAddresses(node, service.ClusterIps);
            foreach (var address in service.ClusterIps)
            {
                AddReverse(address, name);
            }

            foreach (var port in service.Ports.Where(port => port.Name.Length > 0))
            {
                AddPort(text, port.Name, port.Protocol, [(port.Port, name, service.ClusterIps)]);
            }
        }
    }

    private void AddHeadless(ServiceView service, ImmutableArray<EndpointSliceView> slices, string serviceName, DnsNode serviceNode)
    {
        var byName = new SortedDictionary<string, SortedSet<IPAddress>>(StringComparer.Ordinal);
        var ports = new Dictionary<(string Name, string Protocol), SortedSet<(int Port, string Host)>>();
        foreach (var slice in slices)
        {
            foreach (var endpoint in slice.Endpoints.Where(endpoint => endpoint.IsReady || service.PublishNotReadyAddresses))
            {
                foreach (var address in endpoint.Addresses)
                {
                    var host = endpoint.Hostname ?? address.ToString().Replace('.', '-').Replace(':', '-');
                    if (!byName.TryGetValue(host, out var addresses))
                    {
                        byName[host] = addresses = new SortedSet<IPAddress>(AddressOrder);
                    }

                    addresses.Add(address);
                    foreach (var port in slice.Ports.Where(port => port.Name.Length > 0))
                    {
                        var key = (port.Name, port.Protocol);
                        (ports.TryGetValue(key, out var targets) ? targets : ports[key] = []).Add((port.Port, host));
                    }
                }
            }
        }

        SetAddresses(serviceNode, [.. byName.Values.SelectMany(addresses => addresses).Distinct()]);
        var names = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var (host, addresses) in byName)
        {
            if (DnsName.TryEncode($"{host}.{serviceName}") is { } name)
            {
                names[host] = name;
                SetAddresses(Node(name), [.. addresses]);
                foreach (var address in addresses)
                {
                    AddReverse(address, name);
                }
            }
        }

        foreach (var ((portName, protocol), targets) in ports)
        {
            AddPort(serviceName, portName, protocol, [.. targets
                .Where(target => names.ContainsKey(target.Host))
                .Select(target => (target.Port, names[target.Host], (IReadOnlyCollection<IPAddress>)byName[target.Host]))]);
        }
    }

    private void AddPort(
        string serviceName, string port, string protocol,
        IReadOnlyCollection<(int Port, byte[] Name, IReadOnlyCollection<IPAddress> Addresses)> targets)
    {
        if (DnsName.TryEncode($"_{port}._{protocol}.{serviceName}") is { } name)
        {
            Node(name[(name[0] + 1)..]); // _tcp.SERVICE exists without records.
            Node(name).Set(DnsType.Srv, DnsRecordWriter.Services(targets));
        }
    }

    private static void SetAddresses(DnsNode node, IReadOnlyCollection<IPAddress> addresses)
    {
        foreach (var group in addresses.GroupBy(DnsRecordWriter.TypeOf))
        {
            node.Set(group.Key, DnsRecordWriter.Addresses(group.Key, [.. group]));
        }
    }

    private void AddReverse(IPAddress address, byte[] name)
    {
        if (DnsRecordWriter.TypeOf(address) == DnsType.A)
        {
            (_reverse.TryGetValue(address, out var names) ? names : _reverse[address] = []).Add(name);
        }
    }

    private DnsNode Node(byte[] name) => _nodes.TryGetValue(name, out var node) ? node : _nodes[name] = new DnsNode();
}
