namespace Crescent.Scheduling;

/// <summary>Whether a pod's requests fit into what is left of a node.</summary>
internal static class ResourceFit
{
    /// <summary>What is short, pods first; empty when the pod fits.</summary>
    /// <param name="wanted">The pod's requests.</param>
    /// <param name="allocatable">What the node's pods together may use.</param>
    /// <param name="taken">Requests of the pods that are there.</param>
    /// <param name="podCount">Their number.</param>
    public static IReadOnlyList<ResourceShortage> FindShortages(ResourceAmounts wanted, ResourceAmounts allocatable, ResourceAmounts taken, long podCount)
    {
        List<ResourceShortage>? shortages = null;
        Check(ResourceAmounts.PodsName, 1, podCount, allocatable.Pods);
        Check(ResourceAmounts.Cpu, wanted.MilliCpu, taken.MilliCpu, allocatable.MilliCpu);
        Check(ResourceAmounts.MemoryName, wanted.Memory, taken.Memory, allocatable.Memory);
        Check(ResourceAmounts.EphemeralStorageName, wanted.EphemeralStorage, taken.EphemeralStorage, allocatable.EphemeralStorage);
        if (wanted.Extended is not null)
        {
            foreach (var (name, amount) in wanted.Extended)
            {
                Check(name, amount, taken.GetExtended(name), allocatable.GetExtended(name));
            }
        }

        return shortages ?? (IReadOnlyList<ResourceShortage>)[];

        void Check(string name, long requested, long used, long capacity)
        {
            if (requested > 0 && requested > capacity - used)
            {
                (shortages ??= []).Add(new(name, requested, used, capacity));
            }
        }
    }
}
