using Crescent.Grains.Scheduling.Framework;

namespace Crescent.Grains.Scheduling.Plugins;

/// <summary>Prefers nodes whose CPU and memory would be used to the same degree, so that neither strands the other.</summary>
internal sealed class BalancedAllocationPlugin : IScorePlugin
{
    public string Name => "NodeResourcesBalancedAllocation";

    public long Score(PodInfo pod, NodeInfo node)
    {
        var allocatable = node.Facts!.Allocatable;
        var cpu = UsedShare(allocatable.MilliCpu, node.Requested.MilliCpu + pod.Requests.MilliCpu);
        var memory = UsedShare(allocatable.Memory, node.Requested.Memory + pod.Requests.Memory);
        return (long)((1 - (Math.Abs(cpu - memory) / 2)) * Scores.Max);
    }

    /// <summary>Raw scores are 0–100 already.</summary>
    public void Normalize(Span<long> scores)
    {
    }

    private static double UsedShare(long capacity, long used) => capacity <= 0 ? 1 : Math.Min(1, (double)used / capacity);
}
