using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Crescent.NodeAgent.Networks;

namespace Crescent.NodeAgent.Proxy;

/// <summary>
/// Rules of one service. Chains by kind, all ending in the endpoint load balancer:
/// <c>svc</c> cluster traffic, <c>ext</c> traffic to node ports and external addresses, <c>int</c> and <c>loc</c> the same with Local
/// traffic policy, <c>ep</c> one endpoint of a service with session affinity.
/// </summary>
internal static class ServiceFragmentRenderer
{
    private const string Masquerade = $"meta mark set meta mark | {ServiceRules.MasqueradeMark}";

    public static ServiceFragment Render(ServiceView service, ImmutableArray<EndpointSliceView> slices, ServiceRulesContext context)
    {
        var fragment = new ServiceFragment();
        foreach (var port in service.Ports)
        {
            RenderPort(fragment, service, port, slices, context);
        }

        return fragment;
    }

    private static void RenderPort(
        ServiceFragment fragment, ServiceView service, ServicePortView port, ImmutableArray<EndpointSliceView> slices,
        ServiceRulesContext context)
    {
        var protocol = port.Protocol.ToLowerInvariant();
        var suffix = $"{service.Id.Namespace}/{service.Id.Name}/{protocol}/{Text(port.Port)}";
        var all = EndpointSelection.Choose(port, slices);
        fragment.Endpoints.UnionWith(all);
        var clusterIps = Ipv4(service.ClusterIps);
        var externalIps = Ipv4(service.ExternalIps.AddRange(service.LoadBalancerIps));
        if (all.IsEmpty)
        {
            // Cluster addresses need no entry: nothing in the service range is routed anywhere.
            fragment.UnservedIps.AddRange(externalIps.Select(ip => Entry(Key(ip), "goto refuse")));
            if (port.NodePort > 0)
            {
                fragment.UnservedPorts.Add(Entry($"{protocol} . {Text(port.NodePort)}", "goto refuse"));
            }

            return;
        }

        var serviceChain = AddBalancer(fragment, "svc", suffix, protocol, all, service);
        var internalChain = serviceChain;
        if (service.IsInternalLocal)
        {
            var local = EndpointSelection.Choose(port, slices, context.LocalNodes);
            internalChain = local.IsEmpty ? null : AddBalancer(fragment, "int", suffix, protocol, local, service);
        }

        if (internalChain is not null)
        {
            fragment.ServiceIps.AddRange(clusterIps.Select(ip => Entry(Key(ip), $"goto {internalChain}")));
        }

        if (externalIps.Length == 0 && port.NodePort == 0)
        {
            return;
        }

        var externalChain = $"ext/{suffix}";
        fragment.Chains.Add(new NftChain(externalChain, hook: null, ExternalRules(fragment, service, port, suffix, slices, context)));
        fragment.ServiceIps.AddRange(externalIps.Select(ip => Entry(Key(ip), $"goto {externalChain}")));
        if (port.NodePort > 0)
        {
            fragment.NodePorts.Add(Entry($"{protocol} . {Text(port.NodePort)}", $"goto {externalChain}"));
        }

        string Key(IPAddress ip) => $"{ip} . {protocol} . {Text(port.Port)}";
    }

    private static IEnumerable<string> ExternalRules(
        ServiceFragment fragment, ServiceView service, ServicePortView port, string suffix,
        ImmutableArray<EndpointSliceView> slices, ServiceRulesContext context)
    {
        if (!service.IsExternalLocal)
        {
            return [Masquerade, $"goto svc/{suffix}"];
        }

        // Traffic of this host and of pods may go anywhere; traffic from outside keeps its source and so must stay here.
        var rules = new List<string> { $"ip saddr {context.PodCidr} goto svc/{suffix}", $"fib saddr type local {Masquerade} goto svc/{suffix}" };
        var local = EndpointSelection.Choose(port, slices, context.LocalNodes);
        rules.Add(local.IsEmpty
            ? "drop"
            : $"goto {AddBalancer(fragment, "loc", suffix, port.Protocol.ToLowerInvariant(), local, service)}");
        return rules;
    }

    private static string AddBalancer(
        ServiceFragment fragment, string kind, string suffix, string protocol, ImmutableArray<Endpoint> endpoints, ServiceView service)
    {
        var chain = $"{kind}/{suffix}";
        if (service.ClientAffinity is not { } affinity)
        {
            fragment.Chains.Add(new NftChain(chain, hook: null, $"meta l4proto {protocol} {Balance(endpoints)}"));
            return chain;
        }

        var rules = new List<string>();
        var verdicts = new List<string>();
        foreach (var endpoint in endpoints)
        {
            var place = $"{suffix}/{endpoint.Address}/{Text(endpoint.Port)}";
            var seconds = Text((int)affinity.TotalSeconds);
            var clients = $"aff/{seconds}/{place}";
            var endpointChain = $"ep/{place}";
            rules.Add($"ip saddr @{clients} goto {endpointChain}");
            verdicts.Add($"{Text(verdicts.Count)} : goto {endpointChain}");
            if (kind == "svc")
            {
                // The other kinds use a part of the same endpoints.
                fragment.Sets.Add(NftSet.FilledByRules(
                    clients, $"type ipv4_addr; size 65535; flags dynamic,timeout; timeout {seconds}s;"));
                fragment.Chains.Add(new NftChain(
                    endpointChain, hook: null,
                    $"update @{clients} {{ ip saddr }}",
                    $"meta l4proto {protocol} dnat to {endpoint.Address}:{Text(endpoint.Port)}"));
            }
        }

        rules.Add($"numgen random mod {Text(endpoints.Length)} vmap {{ {string.Join(", ", verdicts)} }}");
        fragment.Chains.Add(new NftChain(chain, hook: null, rules));
        return chain;
    }

    private static string Balance(ImmutableArray<Endpoint> endpoints)
    {
        if (endpoints.Length == 1)
        {
            return $"dnat to {endpoints[0].Address}:{Text(endpoints[0].Port)}";
        }

        var targets = endpoints.Select((endpoint, index) => $"{Text(index)} : {endpoint.Address} . {Text(endpoint.Port)}");
        return $"dnat ip addr . port to numgen random mod {Text(endpoints.Length)} map {{ {string.Join(", ", targets)} }}";
    }

    private static IPAddress[] Ipv4(ImmutableArray<IPAddress> addresses) =>
        [.. addresses.Where(address => address.AddressFamily == AddressFamily.InterNetwork)];

    private static KeyValuePair<string, string?> Entry(string key, string verdict) => new(key, verdict);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
