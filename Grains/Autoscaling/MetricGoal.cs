using System.Text.Json;
using Crescent.Grains.Reconciling;
using Crescent.Grains.Scheduling.Framework;
using Crescent.Scheduling;

namespace Crescent.Grains.Autoscaling;

/// <summary>One metric an autoscaler holds.</summary>
/// <param name="Type">Resource and ContainerResource can be measured; others are unknown here.</param>
/// <param name="Resource"><c>cpu</c> or <c>memory</c>.</param>
/// <param name="Container">Only this container; empty: the whole pod.</param>
/// <param name="Utilization">Wanted percentage of the requests; null when <paramref name="Average"/> is the goal.</param>
/// <param name="Average">Wanted average per pod: thousandths of a core, bytes.</param>
internal sealed record MetricGoal(string Type, string Resource, string Container, int? Utilization, long? Average)
{
    public bool IsMeasurable => Type is "Resource" or "ContainerResource" && Resource is "cpu" or "memory";

    public static MetricGoal Of(JsonElement metric)
    {
        var type = metric.At("type").Text() ?? "";
        var source = metric.At(type == "ContainerResource" ? "containerResource" : "resource");
        var resource = source.At("name").Text() ?? "";
        var average = source.At("target", "averageValue").Text();
        return new(
            type, resource, source.At("container").Text() ?? "", source.At("target", "averageUtilization").Int(),
            average is null ? null : resource == "cpu" ? Quantities.Milli(average) : Quantities.Units(average));
    }
}
