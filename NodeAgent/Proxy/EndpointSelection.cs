using System.Collections.Immutable;
using System.Net.Sockets;
using Crescent.NodeAgent.Networks;

namespace Crescent.NodeAgent.Proxy;

/// <summary>
/// Which endpoints take new connections: the ready ones; if there are none, those that still serve while terminating. See
/// <see href="https://kubernetes.io/docs/reference/networking/virtual-ips/#traffic-to-terminating-endpoints">terminating endpoints</see>.
/// </summary>
internal static class EndpointSelection
{
    /// <param name="port">Port of the service.</param>
    /// <param name="slices">Slices of the service.</param>
    /// <param name="localNodes">Only endpoints on these nodes; null for all.</param>
    public static ImmutableArray<Endpoint> Choose(
        ServicePortView port, ImmutableArray<EndpointSliceView> slices, IReadOnlySet<string>? localNodes = null)
    {
        var ready = new SortedSet<Endpoint>();
        var terminating = new SortedSet<Endpoint>();
        foreach (var slice in slices)
        {
            var target = slice.Ports.FirstOrDefault(candidate => candidate.Name == port.Name && candidate.Protocol == port.Protocol);
            if (slice.AddressType != "IPv4" || target is null)
            {
                continue;
            }

            foreach (var endpoint in slice.Endpoints)
            {
                if (localNodes is not null && (endpoint.NodeName is null || !localNodes.Contains(endpoint.NodeName)))
                {
                    continue;
                }

                var chosen = endpoint.IsReady ? ready : endpoint is { IsServing: true, IsTerminating: true } ? terminating : null;
                if (chosen is not null && endpoint.Addresses.FirstOrDefault() is { AddressFamily: AddressFamily.InterNetwork } address)
                {
                    chosen.Add(new Endpoint(address, target.Port));
                }
            }
        }

        return [.. ready.Count > 0 ? ready : terminating];
    }
}
