using System.Collections.Immutable;

namespace Crescent.NodeAgent.Networks;

/// <summary>Contents of a pod's resolv.conf.</summary>
/// <param name="NameServers">Addresses, first is asked first.</param>
/// <param name="Searches">Search domains.</param>
/// <param name="Options">e.g. <c>ndots:5</c>.</param>
public sealed record PodResolver(ImmutableArray<string> NameServers, ImmutableArray<string> Searches, ImmutableArray<string> Options);
