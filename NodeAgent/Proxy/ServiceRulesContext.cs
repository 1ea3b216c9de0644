using System.Collections.Immutable;
using System.Net;

namespace Crescent.NodeAgent.Proxy;

/// <summary>What service rules depend on besides services and endpoints; the same for all nodes of one host.</summary>
/// <param name="Table">Name of the table.</param>
/// <param name="PodCidr">Addresses of all pods.</param>
/// <param name="ServiceCidr">Addresses of all services.</param>
/// <param name="LocalNodes">Nodes on this host, for the Local traffic policies.</param>
internal sealed record ServiceRulesContext(
    string Table, IPNetwork PodCidr, IPNetwork ServiceCidr, ImmutableSortedSet<string> LocalNodes);
