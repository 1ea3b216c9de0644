using System.Text.Json.Nodes;
using Crescent.Grains.Reconciling;

namespace Crescent.Grains.Workloads.ReplicaSets;

/// <summary>Computes the status patch of a ReplicaSet.</summary>
internal static class ReplicaSetStatus
{
    /// <summary>A merge patch, or null when the status already says so.</summary>
    public static JsonObject? Patch(ReplicaSetFacts set, ReplicaCounts counts, (string Reason, string Message)? failure, DateTimeOffset now)
    {
        var status = set.Status;
        var present = status.At("conditions").Condition("ReplicaFailure");
        var known = new ReplicaCounts(
            Number("replicas"), Number("fullyLabeledReplicas"), Number("readyReplicas"), Number("availableReplicas"));
        var isSameFailure = failure is null ? !present.Exists() : present.Exists();
        if (known == counts && isSameFailure && status.At("replicas").Exists() && (status.At("observedGeneration").Long() ?? 0) == set.Generation)
        {
            return null;
        }

        var patch = new JsonObject
        {
            ["replicas"] = counts.Replicas,
            ["fullyLabeledReplicas"] = NullWhenZero(counts.FullyLabeled),
            ["readyReplicas"] = NullWhenZero(counts.Ready),
            ["availableReplicas"] = NullWhenZero(counts.Available),
            ["observedGeneration"] = set.Generation,
        };
        if (!isSameFailure)
        {
            patch["conditions"] = Conditions(status, failure, now);
        }

        return new() { ["status"] = patch };

        int Number(string name) => status.At(name).Int() ?? 0;
    }

    private static JsonArray? Conditions(System.Text.Json.JsonElement status, (string Reason, string Message)? failure, DateTimeOffset now)
    {
        var conditions = new JsonArray();
        foreach (var condition in status.At("conditions").Items())
        {
            if (!condition.At("type").ValueEqualsText("ReplicaFailure"))
            {
                conditions.Add(JsonNode.Parse(condition.GetRawText()));
            }
        }

        if (failure is { } why)
        {
            conditions.Add((JsonNode)new JsonObject
            {
                ["type"] = "ReplicaFailure", ["status"] = "True", ["lastTransitionTime"] = now.ToKubernetesTime(),
                ["reason"] = why.Reason, ["message"] = why.Message,
            });
        }

        return conditions.Count == 0 ? null : conditions;
    }

    private static JsonNode? NullWhenZero(int value) => value == 0 ? null : value;
}
