using System.Collections.Immutable;
using Crescent.NodeAgent.Networks;

namespace Crescent.NodeAgent.Pods.Variables;

/// <summary>Services out of the node's network feed.</summary>
internal sealed class FeedServices(INetworkState network) : IServiceDirectory
{
    public IEnumerable<ServiceAddress> In(string serviceNamespace) => network.Current.Services.Values
        .Where(service => service.Id.Namespace == serviceNamespace && !service.IsHeadless && !service.ClusterIps.IsEmpty)
        .OrderBy(static service => service.Id.Name, StringComparer.Ordinal)
        .Select(static service => new ServiceAddress(
            service.Id.Namespace,
            service.Id.Name,
            service.ClusterIps[0].ToString(),
            [.. service.Ports.Select(static port => new ServicePortAddress(port.Name, port.Protocol, port.Port))]));
}
