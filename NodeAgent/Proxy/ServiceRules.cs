using System.Collections.Immutable;
using Crescent.NodeAgent.Networks;

namespace Crescent.NodeAgent.Proxy;

/// <summary>
/// Builds the service table. A function of snapshot and context; what it keeps is only the fragments of services that did not change.
/// <code>
/// prerouting, output (nat)  → services → [service-ips] → svc/… → DNAT to a random endpoint
///                                      → [node-ports]  → ext/… → mark, svc/…
/// postrouting (nat)         → hairpin and marked connections are masqueraded
/// forward, input, output    → unserved → what is still addressed to a service is refused
/// </code>
/// </summary>
internal sealed class ServiceRules
{
    /// <summary>Connections with this mark leave with the host's address; the same bit as kube-proxy's default.</summary>
    public const string MasqueradeMark = "0x4000";

    /// <summary>Chain every packet starts in; its absence shows that the table is gone.</summary>
    public const string EntryChain = "prerouting";

    private ServiceRulesContext? _context;
    private Dictionary<ServiceId, CachedFragment> _fragments = [];

    public NftTable Build(NetworkSnapshot snapshot, ServiceRulesContext context)
    {
        var reusable = _context is { } last && SameContext(last, context) ? _fragments : [];
        var fragments = new Dictionary<ServiceId, CachedFragment>(snapshot.Services.Count);
        var serviceIps = NewMap();
        var nodePorts = NewMap();
        var unservedIps = NewMap();
        var unservedPorts = NewMap();
        var hairpin = NewMap();
        var sets = new Dictionary<string, NftSet>(StringComparer.Ordinal);
        var chains = BaseChains(context).ToDictionary(chain => chain.Name, StringComparer.Ordinal);
        foreach (var service in snapshot.Services.Values.OrderBy(service => service.Id))
        {
            var slices = snapshot.SlicesOf(service.Id);
            var cached = reusable.TryGetValue(service.Id, out var known) && ReferenceEquals(known.Service, service) && known.Slices == slices
                ? known
                : new CachedFragment(service, slices, ServiceFragmentRenderer.Render(service, slices, context));
            fragments[service.Id] = cached;
            var fragment = cached.Fragment;

            // Two services may claim one external address or port; the first by name has it.
            Add(serviceIps, fragment.ServiceIps);
            Add(nodePorts, fragment.NodePorts);
            Add(unservedIps, fragment.UnservedIps);
            Add(unservedPorts, fragment.UnservedPorts);
            foreach (var endpoint in fragment.Endpoints)
            {
                hairpin.TryAdd($"{endpoint.Address} . {endpoint.Address}", null);
            }

            fragment.Chains.ForEach(chain => chains[chain.Name] = chain);
            fragment.Sets.ForEach(set => sets[set.Name] = set);
        }

        _context = context;
        _fragments = fragments;
        AddSet(new NftSet("service-ips", isMap: true, "type ipv4_addr . inet_proto . inet_service : verdict;", serviceIps));
        AddSet(new NftSet("node-ports", isMap: true, "type inet_proto . inet_service : verdict;", nodePorts));
        AddSet(new NftSet("unserved-ips", isMap: true, "type ipv4_addr . inet_proto . inet_service : verdict;", unservedIps));
        AddSet(new NftSet("unserved-ports", isMap: true, "type inet_proto . inet_service : verdict;", unservedPorts));
        AddSet(new NftSet("hairpin", isMap: false, "type ipv4_addr . ipv4_addr;", hairpin));
        return new NftTable(context.Table, sets, chains);

        void AddSet(NftSet set) => sets.Add(set.Name, set);
    }

    private static IEnumerable<NftChain> BaseChains(ServiceRulesContext context) =>
    [
        // A little before the usual places: Docker's port rules and Docker's filters come after.
        new(EntryChain, "type nat hook prerouting priority dstnat - 5; policy accept;", "jump services"),
        new("output", "type nat hook output priority -105; policy accept;", "jump services"),
        new(
            "services", hook: null,
            $"ip saddr != {context.PodCidr} ip daddr {context.ServiceCidr} meta mark set meta mark | {MasqueradeMark}",
            "ip daddr . meta l4proto . th dport vmap @service-ips",
            "fib daddr type local meta l4proto . th dport vmap @node-ports"),
        new(
            "postrouting", "type nat hook postrouting priority srcnat - 5; policy accept;",
            "ct status dnat ip saddr . ip daddr @hairpin masquerade",
            $"meta mark & {MasqueradeMark} == 0 return",
            $"meta mark set meta mark ^ {MasqueradeMark}",
            "masquerade"),
        new("unserved-forward", "type filter hook forward priority filter - 5; policy accept;", "ct state new jump unserved"),
        new("unserved-input", "type filter hook input priority filter - 5; policy accept;", "ct state new jump unserved"),
        new("unserved-output", "type filter hook output priority filter - 5; policy accept;", "ct state new jump unserved"),
        new(
            "unserved", hook: null,
            "ip daddr . meta l4proto . th dport vmap @unserved-ips",
            "fib daddr type local meta l4proto . th dport vmap @unserved-ports",
            $"ip daddr {context.ServiceCidr} goto refuse"),
        new("refuse", hook: null, "meta l4proto tcp reject with tcp reset", "reject"),
    ];

    private static bool SameContext(ServiceRulesContext left, ServiceRulesContext right) =>
        left.Table == right.Table && left.PodCidr.Equals(right.PodCidr) && left.ServiceCidr.Equals(right.ServiceCidr)
        && left.LocalNodes.SetEquals(right.LocalNodes);

    private static Dictionary<string, string?> NewMap() => new(StringComparer.Ordinal);

    private static void Add(Dictionary<string, string?> map, List<KeyValuePair<string, string?>> entries)
    {
        foreach (var (key, verdict) in entries)
        {
            map.TryAdd(key, verdict);
        }
    }

    private sealed record CachedFragment(ServiceView Service, ImmutableArray<EndpointSliceView> Slices, ServiceFragment Fragment);
}
