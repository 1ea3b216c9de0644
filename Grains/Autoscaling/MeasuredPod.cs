using System.Text.Json;
using Crescent.Grains.Reconciling;
using Crescent.Grains.Scheduling.Framework;
using Crescent.Grains.Workloads;
using Crescent.Nodes;
using Crescent.Resources;
using Crescent.Scheduling;

namespace Crescent.Grains.Autoscaling;

/// <summary>A pod of an autoscaled workload.</summary>
internal sealed record MeasuredPod(PodFacts Facts, JsonElement Containers)
{
    public static MeasuredPod Of(ResourceSnapshot snapshot) => new(PodFacts.Of(snapshot), snapshot.View().At("spec", "containers"));

    public PodUsage Usage(MetricGoal goal, PodStats? stats)
    {
        var names = Containers.Items().Select(static container => container.At("name").Text() ?? "")
            .Where(name => goal.Container.Length == 0 || goal.Container == name).ToHashSet(StringComparer.Ordinal);
        var requests = Containers.Items().Where(container => names.Contains(container.At("name").Text() ?? ""))
            .Select(container => container.At("resources", "requests").At(goal.Resource).Text())
            .Select(text => goal.Resource == "cpu" ? Quantities.Milli(text) : Quantities.Units(text)).ToList();
        var used = stats?.Containers.Where(container => names.Contains(container.Name))
            .Select(container => goal.Resource == "cpu" ? container.Usage.CpuNanoCores / 1_000_000 : container.Usage.MemoryWorkingSetBytes).ToList();
        return new(
            Facts.Snapshot.Key.Name, Facts.IsReady, requests.Contains(0) ? 0 : requests.Sum(),
            used is { Count: > 0 } && used.TrueForAll(static use => use >= 0) ? used.Sum() : null);
    }
}
