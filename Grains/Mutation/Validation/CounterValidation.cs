using System.Text.Json.Nodes;

namespace Crescent.Grains.Mutation.Validation;

/// <summary>Counters in the status of workloads: none below zero, no part greater than the whole.</summary>
internal static class CounterValidation
{
    private const string OverReplicas = "cannot be greater than status.replicas";

    public static void Deployment(JsonObject item, JsonObject old, Problems problems)
    {
        var status = item.Object("status");
        NonNegative(
            status, problems, "observedGeneration", "replicas", "updatedReplicas", "readyReplicas", "availableReplicas", "unavailableReplicas", "collisionCount");
        NotOver(status, "replicas", OverReplicas, problems, "updatedReplicas", "readyReplicas", "availableReplicas");
        NotOver(status, "readyReplicas", "cannot be greater than readyReplicas", problems, "availableReplicas");
        Collisions(status, old, problems);
    }

    /// <summary>Of a ReplicaSet or ReplicationController.</summary>
    public static void Replicas(JsonObject item, JsonObject old, Problems problems)
    {
        var status = item.Object("status");
        NonNegative(status, problems, "replicas", "fullyLabeledReplicas", "readyReplicas", "availableReplicas", "observedGeneration");
        NotOver(status, "replicas", OverReplicas, problems, "fullyLabeledReplicas", "readyReplicas", "availableReplicas");
        NotOver(status, "readyReplicas", "cannot be greater than readyReplicas", problems, "availableReplicas");
    }

    public static void StatefulSet(JsonObject item, JsonObject old, Problems problems)
    {
        var status = item.Object("status");
        NonNegative(
            status, problems, "replicas", "readyReplicas", "currentReplicas", "updatedReplicas", "availableReplicas", "observedGeneration", "collisionCount");
        NotOver(status, "replicas", OverReplicas, problems, "readyReplicas", "currentReplicas", "updatedReplicas", "availableReplicas");
        NotOver(status, "readyReplicas", "cannot be greater than status.readyReplicas", problems, "availableReplicas");
        Collisions(status, old, problems);
    }

    public static void DaemonSet(JsonObject item, JsonObject old, Problems problems)
    {
        NonNegative(
            item.Object("status"), problems, "currentNumberScheduled", "numberMisscheduled", "desiredNumberScheduled", "numberReady", "observedGeneration",
            "updatedNumberScheduled", "numberAvailable", "numberUnavailable", "collisionCount");
        Collisions(item.Object("status"), old, problems);
    }

    public static void Budget(JsonObject item, JsonObject old, Problems problems) =>
        NonNegative(item.Object("status"), problems, "disruptionsAllowed", "currentHealthy", "desiredHealthy", "expectedPods");

    public static void Autoscaler(JsonObject item, JsonObject old, Problems problems) =>
        NonNegative(item.Object("status"), problems, "currentReplicas", "desiredReplicas");

    public static void NonNegative(JsonObject? status, Problems problems, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            problems.NonNegative(status, name, "status");
        }
    }

    private static void NotOver(JsonObject? status, string whole, string message, Problems problems, params ReadOnlySpan<string> parts)
    {
        foreach (var part in parts)
        {
            if (status.Integer(part) is { } count && count > (status.Integer(whole) ?? 0))
            {
                problems.Invalid($"status.{part}", count, message);
            }
        }
    }

    private static void Collisions(JsonObject? status, JsonObject old, Problems problems)
    {
        if (old.Object("status").Integer("collisionCount") is { } before && (status.Integer("collisionCount") ?? 0) is var count && count < before)
        {
            problems.Invalid("status.collisionCount", count, "cannot be decremented");
        }
    }
}
