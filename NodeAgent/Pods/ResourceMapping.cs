using Crescent.NodeAgent.Runtimes;
using k8s.Models;

namespace Crescent.NodeAgent.Pods;

/// <summary>Requests and limits in the engine's units, as kubelet maps them.</summary>
internal static class ResourceMapping
{
    private const long LeastShares = 2;
    private const long LeastMemory = 6 * 1024 * 1024;

    public static ContainerResources Of(V1Pod pod, V1Container container, NodeAllowance allowance)
    {
        var cpuLimit = Amount(container.Resources?.Limits, "cpu");
        var cpuRequest = Amount(container.Resources?.Requests, "cpu") ?? cpuLimit ?? 0;
        var memoryLimit = Amount(container.Resources?.Limits, "memory") ?? 0;
        var memoryRequest = Amount(container.Resources?.Requests, "memory") ?? memoryLimit;
        return new ContainerResources
        {
            NanoCpus = Math.Min((long)((cpuLimit ?? 0) * 1_000_000_000), Environment.ProcessorCount * 1_000_000_000L),
            CpuShares = Math.Max(LeastShares, (long)(cpuRequest * 1024)),
            MemoryBytes = memoryLimit > 0 ? Math.Max(LeastMemory, (long)memoryLimit) : 0,
            OomScoreAdjustment = OomScore(pod, memoryRequest, allowance.MemoryBytes),
        };
    }

    /// <summary>
    /// See <see href="https://kubernetes.io/docs/concepts/scheduling-eviction/node-pressure-eviction/#node-out-of-memory-behavior">node out of memory</see>.
    /// </summary>
    internal static int OomScore(V1Pod pod, decimal memoryRequest, decimal nodeMemory)
    {
        if (pod.Spec.PriorityClassName == "system-node-critical")
        {
            return -997;
        }

        return QosClass.Of(pod) switch
        {
            QosClass.Guaranteed => -997,
            QosClass.BestEffort => 1000,
            _ when nodeMemory <= 0 => 999,
            _ => (int)Math.Clamp(1000 - (1000 * memoryRequest / nodeMemory), 3, 999),
        };
    }

    private static decimal? Amount(IDictionary<string, ResourceQuantity>? amounts, string resource) =>
        amounts is not null && amounts.TryGetValue(resource, out var quantity) ? quantity.ToDecimal() : null;
}
