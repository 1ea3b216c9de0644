using System.Net;

namespace Crescent.NodeAgent.Networks;

/// <summary>A route to the pods of another node.</summary>
/// <param name="Destination">Its share of the pod network.</param>
/// <param name="Via">Address of the node.</param>
internal readonly record struct Route(IPNetwork Destination, IPAddress Via);
