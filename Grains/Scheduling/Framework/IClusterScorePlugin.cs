namespace Crescent.Grains.Scheduling.Framework;

/// <summary>A score that depends on pods of other nodes. Runs on every attempt.</summary>
internal interface IClusterScorePlugin
{
    /// <summary>Kubernetes' name of the plugin.</summary>
    string Name { get; }

    /// <summary>Looks at the cluster once for this attempt; null when the pod asks nothing of this plugin.</summary>
    Func<NodeInfo, long>? Prepare(PodInfo pod, ClusterState cluster);

    /// <summary>As <see cref="IScorePlugin.Normalize"/>.</summary>
    void Normalize(Span<long> scores);
}
