using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace Crescent.NodeAgent.Networks;

/// <summary>Which routes to add and to remove. Routes are marked with a protocol number, so that nobody else's are touched.</summary>
internal static class RoutePlanner
{
    /// <summary>Marks our routes (<c>ip route … proto</c>); free in /etc/iproute2/rt_protos.</summary>
    public const int Protocol = 197;

    /// <param name="nodes">Nodes of the cluster.</param>
    /// <param name="localAddresses">Addresses of this host; nodes on it have bridges here and need no route.</param>
    /// <param name="present">Our routes as they are.</param>
    /// <returns>Arguments for <c>ip</c>.</returns>
    public static ImmutableArray<ImmutableArray<string>> Plan(
        IEnumerable<NodeView> nodes, IReadOnlySet<IPAddress> localAddresses, IReadOnlyCollection<Route> present)
    {
        var wanted = new HashSet<Route>();
        foreach (var node in nodes)
        {
            var via = node.InternalIps.FirstOrDefault(address => address.AddressFamily == AddressFamily.InterNetwork);
            if (via is null || node.InternalIps.Any(localAddresses.Contains))
            {
                continue;
            }

            foreach (var podCidr in node.PodCidrs.Where(cidr => cidr.BaseAddress.AddressFamily == AddressFamily.InterNetwork))
            {
                if (!localAddresses.Any(podCidr.Contains))
                {
                    wanted.Add(new Route(podCidr, via));
                }
            }
        }

        var destinations = wanted.Select(route => route.Destination).ToHashSet();
        var protocol = Protocol.ToString(CultureInfo.InvariantCulture);
        return
        [
            .. present.Where(route => !destinations.Contains(route.Destination))
                .Select(route => (ImmutableArray<string>)["route", "del", route.Destination.ToString(), "proto", protocol]),
            .. wanted.Except(present)
                .Select(route => (ImmutableArray<string>)
                    ["route", "replace", route.Destination.ToString(), "via", route.Via.ToString(), "proto", protocol]),
        ];
    }

    /// <summary>Reads <c>ip -j route show proto …</c>.</summary>
    public static ImmutableArray<Route> Parse(string json)
    {
        using var document = JsonDocument.Parse(json.Trim().Length == 0 ? "[]" : json);
        return
        [
            .. document.RootElement.EnumerateArray()
                .Select(item => (Destination: item.Text("dst") ?? "", Via: item.Text("gateway")))
                .Where(item => IPNetwork.TryParse(item.Destination, out _) && IPAddress.TryParse(item.Via, out _))
                .Select(item => new Route(IPNetwork.Parse(item.Destination), IPAddress.Parse(item.Via!))),
        ];
    }
}
