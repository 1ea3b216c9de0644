namespace Crescent.Grains.Scheduling.Framework;

/// <summary>A filter that depends on pods of other nodes. Runs after the node-local filters, on every attempt.</summary>
internal interface IClusterFilterPlugin : IRequeuePlugin
{
    /// <summary>Looks at the cluster once for this attempt; null when the pod asks nothing of this plugin.</summary>
    Func<NodeInfo, Rejection?>? Prepare(PodInfo pod, ClusterState cluster);
}
