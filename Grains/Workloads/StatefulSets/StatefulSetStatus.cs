using System.Text.Json.Nodes;
using Crescent.Grains.Reconciling;

namespace Crescent.Grains.Workloads.StatefulSets;

/// <summary>Computes the status patch of a StatefulSet.</summary>
internal static class StatefulSetStatus
{
    /// <summary>A merge patch, or null when the status already says so.</summary>
    public static JsonObject? Patch(StatefulSetFacts set, StatefulCounts counts, string current, string update)
    {
        // Once every member is of the new template and ready, the rollout is over and the new revision is the current one.
        if (set.IsRolling && counts.Updated == set.Replicas && counts.Replicas == set.Replicas && counts.Ready == set.Replicas)
        {
            current = update;
            counts = counts with { Current = counts.Updated };
        }

        var status = set.Status;
        var known = new StatefulCounts(
            Number("replicas"), Number("readyReplicas"), Number("availableReplicas"), Number("currentReplicas"), Number("updatedReplicas"));
        if (known == counts && (status.At("observedGeneration").Long() ?? 0) == set.Generation && set.CurrentRevision == current
            && status.At("updateRevision").ValueEqualsText(update))
        {
            return null;
        }

        return new()
        {
            ["status"] = new JsonObject
            {
                ["replicas"] = counts.Replicas,
                ["readyReplicas"] = NullWhenZero(counts.Ready),
                ["availableReplicas"] = counts.Available,
                ["currentReplicas"] = NullWhenZero(counts.Current),
                ["updatedReplicas"] = NullWhenZero(counts.Updated),
                ["currentRevision"] = current,
                ["updateRevision"] = update,
                ["collisionCount"] = status.At("collisionCount").Int() ?? 0,
                ["observedGeneration"] = set.Generation,
            },
        };

        int Number(string name) => status.At(name).Int() ?? 0;
    }

    private static JsonNode? NullWhenZero(int value) => value == 0 ? null : value;
}
