using System.Collections.Immutable;

namespace Crescent.NodeAgent.Networks;

/// <summary>What the node reads of an EndpointSlice.</summary>
/// <param name="Service">Service the slice belongs to (label <c>kubernetes.io/service-name</c>).</param>
/// <param name="Name">Name of the slice.</param>
/// <param name="AddressType">IPv4, IPv6 or FQDN.</param>
/// <param name="Ports">Target ports, matched to service ports by name.</param>
/// <param name="Endpoints">Endpoints in the order of the object.</param>
public sealed record EndpointSliceView(
    ServiceId Service,
    string Name,
    string AddressType,
    ImmutableArray<EndpointPortView> Ports,
    ImmutableArray<EndpointView> Endpoints);
