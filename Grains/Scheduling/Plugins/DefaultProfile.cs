using Crescent.Grains.Scheduling.Framework;
using Crescent.Watching;

namespace Crescent.Grains.Scheduling.Plugins;

/// <summary>The plugins of <c>default-scheduler</c>, in Kubernetes' order and with its weights; without caches none looks at volumes.</summary>
internal static class DefaultProfile
{
    public static SchedulingProfile Create(IResourceCaches? caches = null)
    {
        var taints = new TaintTolerationPlugin();
        var affinity = new NodeAffinityPlugin();
        var fit = new NodeResourcesFitPlugin();
        var spread = new PodTopologySpreadPlugin();
        var pods = new InterPodAffinityPlugin();
        return new()
        {
            Filters = [new NodeUnschedulablePlugin(), new NodeNamePlugin(), taints, affinity, new NodePortsPlugin(), fit],
            ClusterFilters = caches is null ? [spread, pods] : [new VolumeBindingPlugin(caches), spread, pods],
            Scores =
            [
                (taints, 3), (affinity, 2), (fit, 1), (new BalancedAllocationPlugin(), 1), (new OwnerSpreadPlugin(), 2), (new ImageLocalityPlugin(), 1),
            ],
            ClusterScores = [(spread, 2), (pods, 2)],
        };
    }
}
