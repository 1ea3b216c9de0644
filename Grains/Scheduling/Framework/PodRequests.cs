using System.Text.Json;
using Crescent.Grains.Reconciling;

namespace Crescent.Grains.Scheduling.Framework;

/// <summary>
/// What a pod needs at its most: containers run together, init containers one after the other, sidecars (restartPolicy Always) beside
/// both; plus the overhead of its runtime class.
/// See <see href="https://kubernetes.io/docs/concepts/workloads/pods/init-containers/#resource-sharing-within-containers">resource sharing</see>.
/// </summary>
internal static class PodRequests
{
    /// <param name="spec">Pod spec.</param>
    /// <param name="defaultMilliCpu">Counted for a container that asks for no CPU.</param>
    /// <param name="defaultMemory">Counted for a container that asks for no memory.</param>
    public static ResourceAmounts Of(JsonElement spec, long defaultMilliCpu, long defaultMemory)
    {
        var total = new ResourceAmounts();
        foreach (var container in spec.At("containers").Items())
        {
            total.Add(OfContainer(container, defaultMilliCpu, defaultMemory));
        }

        var sidecars = new ResourceAmounts();
        var initPeak = new ResourceAmounts();
        foreach (var container in spec.At("initContainers").Items())
        {
            var own = OfContainer(container, defaultMilliCpu, defaultMemory);
            if (container.At("restartPolicy").Text() == "Always")
            {
                sidecars.Add(own);
                initPeak.RaiseTo(sidecars);
            }
            else
            {
                own.Add(sidecars);
                initPeak.RaiseTo(own);
            }
        }

        total.Add(sidecars);
        total.RaiseTo(initPeak);
        total.Add(ResourceAmounts.Parse(spec.At("overhead")));
        return total;
    }

    private static ResourceAmounts OfContainer(JsonElement container, long defaultMilliCpu, long defaultMemory)
    {
        var list = container.At("resources", "requests");
        var amounts = ResourceAmounts.Parse(list);
        amounts.Add(ResourceAmounts.Of(
            list.At(ResourceAmounts.Cpu).Exists() ? 0 : defaultMilliCpu, list.At(ResourceAmounts.MemoryName).Exists() ? 0 : defaultMemory));
        return amounts;
    }
}
