using System.Text.Json;
using Crescent.Grains.Reconciling;
using Crescent.Grains.Workloads;

namespace Crescent.Grains.Scheduling.Framework;

/// <summary>A <see href="https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/">topology spread constraint</see>.</summary>
internal sealed record SpreadConstraint(
    string TopologyKey, int MaxSkew, bool IsRequired, LabelSelector? Selector, int MinDomains, bool HonoursAffinity, bool HonoursTaints)
{
    public static SpreadConstraint Parse(JsonElement constraint) => new(
        constraint.At("topologyKey").Text() ?? "", constraint.At("maxSkew").Int() ?? 1,
        constraint.At("whenUnsatisfiable").Text() != "ScheduleAnyway", LabelSelector.Parse(constraint.At("labelSelector")),
        constraint.At("minDomains").Int() ?? 1, constraint.At("nodeAffinityPolicy").Text() != "Ignore",
        constraint.At("nodeTaintsPolicy").Text() == "Honor");
}
