namespace Crescent.Grains.Nodes;

/// <summary>How the control plane deals with nodes.</summary>
public sealed class NodeOptions
{
    /// <summary>How often agents are asked to send a sign of life. It stays in memory. Default 2 s.</summary>
    public TimeSpan HeartbeatInterval { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Silence after which a node's conditions become Unknown. Default 10 s: five missed heartbeats.</summary>
    public TimeSpan GracePeriod { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The same for nodes without an agent of ours, whose kubelets post their status over the API or renew their Lease. Default 40 s, Kubernetes'
    /// node-monitor-grace-period.
    /// </summary>
    public TimeSpan KubeletGracePeriod { get; set; } = TimeSpan.FromSeconds(40);

    /// <summary>
    /// No node is judged before its silo is this old, so that agents find their way back after the whole cluster has restarted. Default 20 s.
    /// </summary>
    public TimeSpan StartupGracePeriod { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>Usage figures older than this are not shown any more. Default 60 s.</summary>
    public TimeSpan StatsLifetime { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// How often a live node's Lease in kube-node-lease is renewed, for tools that judge nodes by it; here nodes with an agent are judged by its
    /// heartbeats. Default 10 s, as kubelet.
    /// </summary>
    public TimeSpan LeaseRenewPeriod { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Longest time a feed is held open without news; must stay below the response timeout of grain calls. Default 25 s.</summary>
    public TimeSpan LongestPoll { get; set; } = TimeSpan.FromSeconds(25);

    /// <summary>Pod status writes of one node under way at the same time. Default 64.</summary>
    public int ParallelStatusWrites { get; set; } = 64;

    /// <summary>Addresses of all pods. Default 10.244.0.0/16.</summary>
    public string PodCidr { get; set; } = "10.244.0.0/16";

    /// <summary>Prefix length of one node's share of <see cref="PodCidr"/>. Default 24: 254 pods.</summary>
    public int NodePrefixLength { get; set; } = 24;

    /// <summary>Address at which pods find the cluster's DNS. Default 10.96.0.10.</summary>
    public string ClusterDns { get; set; } = "10.96.0.10";

    /// <summary>DNS domain of the cluster. Default cluster.local.</summary>
    public string ClusterDomain { get; set; } = "cluster.local";
}
