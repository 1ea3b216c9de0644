using Crescent.Grains.Scheduling.Framework;

namespace Crescent.Grains.Scheduling.Plugins;

/// <summary>The plugins of <c>default-scheduler</c>, in Kubernetes' order and with its weights.</summary>
internal static class DefaultProfile
{
    public static SchedulingProfile Create()
    {
        var taints = new TaintTolerationPlugin();
        var affinity = new NodeAffinityPlugin();
        var fit = new NodeResourcesFitPlugin();
        var spread = new PodTopologySpreadPlugin();
        var pods = new InterPodAffinityPlugin();
        return new()
        {
            Filters = [new NodeUnschedulablePlugin(), new NodeNamePlugin(), taints, affinity, new NodePortsPlugin(), fit],
            ClusterFilters = [spread, pods],
            Scores =
            [
                (taints, 3), (affinity, 2), (fit, 1), (new BalancedAllocationPlugin(), 1), (new OwnerSpreadPlugin(), 2), (new ImageLocalityPlugin(), 1),
            ],
            ClusterScores = [(spread, 2), (pods, 2)],
        };
    }
}
