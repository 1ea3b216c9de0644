namespace Crescent.NodeAgent.Networks;

/// <summary>Resolver settings of pods.</summary>
public interface IPodDns
{
    /// <summary>DNS domain of the cluster, e.g. <c>cluster.local</c>.</summary>
    /// <exception cref="InvalidOperationException">The node is not registered yet.</exception>
    string ClusterDomain { get; }

    /// <summary>Whether names of Services resolve on this node; where they do not, ClusterFirst is as good as Default.</summary>
    bool ServesClusterNames { get; }

    /// <summary>
    /// Settings for a pod by its <c>dnsPolicy</c> (ClusterFirst, ClusterFirstWithHostNet, Default, None); <c>dnsConfig</c> is merged by
    /// the caller. Name servers for ClusterFirst are the cluster DNS address; searches <c>NS.svc.DOMAIN svc.DOMAIN DOMAIN</c> + the host's.
    /// </summary>
    PodResolver For(string podNamespace, string dnsPolicy, bool isHostNetwork);
}
