using System.Text.Json;
using Crescent.Grains.Reconciling;
using Crescent.Scheduling;

namespace Crescent.Grains.Scheduling.Framework;

/// <summary>Reads what a pod needs at its most out of its spec.</summary>
internal static class PodRequests
{
    /// <param name="spec">Pod spec.</param>
    /// <param name="defaultMilliCpu">Counted for a container that asks for no CPU.</param>
    /// <param name="defaultMemory">Counted for a container that asks for no memory.</param>
    public static ResourceAmounts Of(JsonElement spec, long defaultMilliCpu, long defaultMemory) => ResourceAmounts.OfPod(
        spec.At("containers").Items().Select(container => OfContainer(container, defaultMilliCpu, defaultMemory)),
        spec.At("initContainers").Items().Select(container =>
            (OfContainer(container, defaultMilliCpu, defaultMemory), container.At("restartPolicy").Text() == "Always")),
        Parse(spec.At("overhead")));

    /// <summary>A list of quantities by resource.</summary>
    public static ResourceAmounts Parse(JsonElement list)
    {
        var amounts = new ResourceAmounts();
        foreach (var item in list.Members())
        {
            amounts.Set(item.Name, item.Value.ValueKind == JsonValueKind.Number ? item.Value.GetRawText() : item.Value.Text());
        }

        return amounts;
    }

    private static ResourceAmounts OfContainer(JsonElement container, long defaultMilliCpu, long defaultMemory)
    {
        var list = container.At("resources", "requests");
        var amounts = Parse(list);
        amounts.Add(ResourceAmounts.Of(
            list.At(ResourceAmounts.Cpu).Exists() ? 0 : defaultMilliCpu, list.At(ResourceAmounts.MemoryName).Exists() ? 0 : defaultMemory));
        return amounts;
    }
}
