namespace Crescent.Grains.Scheduling.Framework;

/// <summary>
/// Says whether a node can take a pod, looking at nothing but these two: the answer is remembered for pods of the same template until the
/// node changes. Stateless and thread-safe. Cluster-wide rules are <see cref="IClusterFilterPlugin"/>s.
/// </summary>
internal interface IFilterPlugin : IRequeuePlugin
{
    /// <summary>Null when the node will do.</summary>
    Rejection? Filter(PodInfo pod, NodeInfo node);
}
