using System.Text.Json.Nodes;
using Crescent.Grains.Reconciling;

namespace Crescent.Grains.Workloads.DaemonSets;

/// <summary>Computes the status patch of a DaemonSet.</summary>
internal static class DaemonSetStatus
{
    /// <summary>A merge patch, or null when the status already says so.</summary>
    public static JsonObject? Patch(DaemonSetFacts set, DaemonCounts counts)
    {
        var status = set.View.At("status");
        var known = new DaemonCounts(
            Number("desiredNumberScheduled"), Number("currentNumberScheduled"), Number("numberMisscheduled"), Number("numberReady"),
            Number("updatedNumberScheduled"), Number("numberAvailable"));
        if (known == counts && (status.At("observedGeneration").Long() ?? 0) == set.Generation)
        {
            return null;
        }

        return new()
        {
            ["status"] = new JsonObject
            {
                ["desiredNumberScheduled"] = counts.Desired,
                ["currentNumberScheduled"] = counts.Current,
                ["numberMisscheduled"] = counts.Misscheduled,
                ["numberReady"] = counts.Ready,
                ["updatedNumberScheduled"] = NullWhenZero(counts.Updated),
                ["numberAvailable"] = NullWhenZero(counts.Available),
                ["numberUnavailable"] = NullWhenZero(counts.Desired - counts.Available),
                ["observedGeneration"] = set.Generation,
            },
        };

        int Number(string name) => status.At(name).Int() ?? 0;
    }

    private static JsonNode? NullWhenZero(int value) => value == 0 ? null : value;
}
