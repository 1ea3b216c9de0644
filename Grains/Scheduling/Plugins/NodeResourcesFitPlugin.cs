using System.Collections.Immutable;
using Crescent.Grains.Scheduling.Framework;

namespace Crescent.Grains.Scheduling.Plugins;

/// <summary>Requests must fit into what is left of a node's allocatable resources; emptier nodes score higher (LeastAllocated).</summary>
internal sealed class NodeResourcesFitPlugin : IFilterPlugin, IScorePlugin
{
    public string Name => "NodeResourcesFit";

    public Rejection? Filter(PodInfo pod, NodeInfo node)
    {
        var missing = FindMissing(pod.Requests, node.Facts!.Allocatable, node.Requested, node.PodCount);
        return missing is null ? null : new(Name, missing.ToImmutable());
    }

    public bool MayHelp(PodInfo pod, ClusterChange change)
    {
        if (change.Left is not null)
        {
            return true;
        }

        if (change.Node is not { } node || FindMissing(pod.Requests, node.Allocatable, new(), 0) is not null)
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

    private static ImmutableArray<string>.Builder? FindMissing(ResourceAmounts wanted, ResourceAmounts allocatable, ResourceAmounts taken, int podCount)
    {
        ImmutableArray<string>.Builder? missing = null;
        if (podCount + 1 > allocatable.Pods)
        {
            Add("Too many pods");
        }

        if (wanted.MilliCpu > 0 && wanted.MilliCpu > allocatable.MilliCpu - taken.MilliCpu)
        {
            Add("Insufficient cpu");
        }

        if (wanted.Memory > 0 && wanted.Memory > allocatable.Memory - taken.Memory)
        {
            Add("Insufficient memory");
        }

        if (wanted.EphemeralStorage > 0 && wanted.EphemeralStorage > allocatable.EphemeralStorage - taken.EphemeralStorage)
        {
            Add("Insufficient ephemeral-storage");
        }

        if (wanted.Extended is not null)
        {
            foreach (var (name, amount) in wanted.Extended)
            {
                if (amount > 0 && amount > allocatable.GetExtended(name) - taken.GetExtended(name))
                {
                    Add($"Insufficient {name}");
                }
            }
        }

        return missing;

        void Add(string reason) => (missing ??= ImmutableArray.CreateBuilder<string>()).Add(reason);
    }

    private static bool HasGrown(ResourceAmounts previous, ResourceAmounts current) =>
        current.MilliCpu > previous.MilliCpu || current.Memory > previous.Memory || current.Pods > previous.Pods
        || current.EphemeralStorage > previous.EphemeralStorage
        || (current.Extended is not null && current.Extended.Any(pair => pair.Value > previous.GetExtended(pair.Key)));

    private static long FreeShare(long capacity, long used) =>
        capacity <= 0 || used > capacity ? 0 : (long)((double)(capacity - used) / capacity * Scores.Max);
}
