using System.Collections.Immutable;
using System.Globalization;
using System.Net.Sockets;
using Crescent.NodeAgent.Networks;

namespace Crescent.NodeAgent.Proxy;

/// <summary>
/// UDP has no connections, but the kernel keeps a flow on its old endpoint while packets come. So flows to endpoints that are gone are
/// deleted, and when a service gets its first endpoint, the flows that went nowhere. Result: arguments for <c>conntrack</c>.
/// </summary>
internal static class ConntrackPlanner
{
    public static ImmutableArray<ImmutableArray<string>> Plan(NetworkSnapshot before, NetworkSnapshot after)
    {
        var plan = ImmutableArray.CreateBuilder<ImmutableArray<string>>();
        foreach (var (id, service) in after.Services)
        {
            var oldSlices = before.SlicesOf(id);
            var newSlices = after.SlicesOf(id);
            var old = before.Services.GetValueOrDefault(id);
            if (oldSlices == newSlices && ReferenceEquals(old, service))
            {
                continue;
            }

            foreach (var port in service.Ports.Where(port => port.Protocol == "UDP"))
            {
                var now = EndpointSelection.Choose(port, newSlices);
                var then = old is null ? [] : EndpointSelection.Choose(port, oldSlices);
                if (then.IsEmpty && !now.IsEmpty)
                {
                    plan.AddRange(Targets(service, port).Select(target => (ImmutableArray<string>)["-D", "-p", "udp", .. target]));
                }

                foreach (var gone in then.Except(now))
                {
                    plan.AddRange(Targets(service, port).Select(
                        target => (ImmutableArray<string>)["-D", "-p", "udp", .. target, "--dst-nat", gone.Address.ToString()]));
                }
            }
        }

        foreach (var (id, service) in before.Services)
        {
            if (!after.Services.ContainsKey(id))
            {
                plan.AddRange(service.Ports.Where(port => port.Protocol == "UDP").SelectMany(port => Targets(service, port))
                    .Select(target => (ImmutableArray<string>)["-D", "-p", "udp", .. target]));
            }
        }

        return plan.ToImmutable();
    }

    private static IEnumerable<ImmutableArray<string>> Targets(ServiceView service, ServicePortView port)
    {
        var addresses = service.ClusterIps.AddRange(service.ExternalIps).AddRange(service.LoadBalancerIps)
            .Where(address => address.AddressFamily == AddressFamily.InterNetwork);
        foreach (var address in addresses)
        {
            yield return ["--orig-dst", address.ToString(), "--orig-port-dst", port.Port.ToString(CultureInfo.InvariantCulture)];
        }

        if (port.NodePort > 0)
        {
            yield return ["--orig-port-dst", port.NodePort.ToString(CultureInfo.InvariantCulture)];
        }
    }
}
