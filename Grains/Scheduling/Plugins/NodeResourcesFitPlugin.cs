using Crescent.Grains.Scheduling.Framework;
using Crescent.Scheduling;

namespace Crescent.Grains.Scheduling.Plugins;

/// <summary>Requests must fit into what is left of a node's allocatable resources; emptier nodes score higher (LeastAllocated).</summary>
internal sealed class NodeResourcesFitPlugin : IFilterPlugin, IScorePlugin
{
    public string Name => "NodeResourcesFit";

    public Rejection? Filter(PodInfo pod, NodeInfo node)
    {
        var shortages = ResourceFit.FindShortages(pod.Requests, node.Facts!.Allocatable, node.Requested, node.PodCount);
        return shortages.Count == 0 ? null : new(Name, [.. shortages.Select(Say)]);
    }

    public bool MayHelp(PodInfo pod, ClusterChange change)
    {
        if (change.Left is not null)
        {
            return true;
        }

        if (change.Node is not { } node || ResourceFit.FindShortages(pod.Requests, node.Allocatable, new(), 0).Count > 0)
        {
            return false;
        }

        return change.PreviousNode is not { } previous || HasGrown(previous.Allocatable, node.Allocatable);
    }

    public long Score(PodInfo pod, NodeInfo node)
    {
        var allocatable = node.Facts!.Allocatable;
        var cpu = FreeShare(allocatable.MilliCpu, node.ScoringRequested.MilliCpu + pod.ScoringRequests.MilliCpu);
        var memory = FreeShare(allocatable.Memory, node.ScoringRequested.Memory + pod.ScoringRequests.Memory);
        return (cpu + memory) / 2;
    }

    /// <summary>Raw scores are 0–100 already.</summary>
    public void Normalize(Span<long> scores)
    {
    }

    private static string Say(ResourceShortage shortage) => shortage.Name == ResourceAmounts.PodsName ? "Too many pods" : $"Insufficient {shortage.Name}";

    private static bool HasGrown(ResourceAmounts previous, ResourceAmounts current) =>
        current.MilliCpu > previous.MilliCpu || current.Memory > previous.Memory || current.Pods > previous.Pods
        || current.EphemeralStorage > previous.EphemeralStorage
        || (current.Extended is not null && current.Extended.Any(pair => pair.Value > previous.GetExtended(pair.Key)));

    private static long FreeShare(long capacity, long used) =>
        capacity <= 0 || used > capacity ? 0 : (long)((double)(capacity - used) / capacity * Scores.Max);
}
