using System.Collections.Immutable;

namespace Crescent.NodeAgent.Networks;

/// <summary>
/// The choice behind <see cref="IPodDns"/>, as in
/// <see href="https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/#pod-s-dns-policy">Pod's DNS policy</see>.
/// </summary>
internal static class PodResolverPolicy
{
    private const int MaxNameServers = 3;
    private const int MaxSearches = 32;
    private const int MaxSearchLength = 2048;

    /// <param name="podNamespace">Namespace of the pod.</param>
    /// <param name="dnsPolicy"><c>spec.dnsPolicy</c>.</param>
    /// <param name="isHostNetwork">The pod uses the host's network.</param>
    /// <param name="clusterDns">Address of the cluster DNS as pods see it.</param>
    /// <param name="clusterDomain">e.g. <c>cluster.local</c>.</param>
    /// <param name="hostSideDns">Address of the node's DNS server as the host sees it; null when there is none on port 53.</param>
    /// <param name="host">The host's resolv.conf.</param>
    public static PodResolver Choose(
        string podNamespace, string dnsPolicy, bool isHostNetwork, string clusterDns, string clusterDomain, string? hostSideDns,
        PodResolver host)
    {
        var isCluster = dnsPolicy switch
        {
            "None" => (bool?)null,
            "ClusterFirstWithHostNet" => true,
            "Default" => false,
            _ => !isHostNetwork, // ClusterFirst means Default for pods on the host's network.
        };
        if (isCluster is null)
        {
            return new PodResolver([], [], []);
        }

        var cluster = isHostNetwork && hostSideDns is not null ? hostSideDns : clusterDns;
        if (isCluster.Value && cluster.Length > 0)
        {
            ImmutableArray<string> searches =
                [$"{podNamespace}.svc.{clusterDomain}", $"svc.{clusterDomain}", clusterDomain, .. host.Searches];
            return new PodResolver([cluster], Limit(searches), ["ndots:5"]);
        }

        return new PodResolver([.. host.NameServers.Distinct(StringComparer.Ordinal).Take(MaxNameServers)], Limit(host.Searches), host.Options);
    }

    private static ImmutableArray<string> Limit(IEnumerable<string> searches)
    {
        var kept = ImmutableArray.CreateBuilder<string>();
        var length = 0;
        foreach (var search in searches.Distinct(StringComparer.OrdinalIgnoreCase).Take(MaxSearches))
        {
            length += search.Length + 1;
            if (length > MaxSearchLength)
            {
                break;
            }

            kept.Add(search);
        }

        return kept.ToImmutable();
    }
}
