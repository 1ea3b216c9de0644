using System.Text.Json.Nodes;
using Crescent.Grains.Reconciling;
using Crescent.Resources;

namespace Crescent.Grains.Nodes.Lifecycle;

/// <summary>Merge patches of a pod's status; they replace the conditions, so they need the version.</summary>
internal static class PodStatusPatch
{
    /// <summary>Reason of a Ready condition that this controller took away; a report of the node replaces it.</summary>
    public const string NodeNotReady = "NodeNotReady";

    /// <summary>The Ready condition becomes false, marked as ours.</summary>
    public static JsonObject NotReady(ResourceSnapshot pod, DateTimeOffset now) => WithReady(pod, "False", NodeNotReady, now);

    /// <summary>The Ready condition is as the node left it.</summary>
    public static JsonObject ReadyAgain(ResourceSnapshot pod, DateTimeOffset now) => WithReady(pod, "True", null, now);

    private static JsonObject WithReady(ResourceSnapshot pod, string status, string? reason, DateTimeOffset now)
    {
        var conditions = pod.View().At("status", "conditions").ToArray();
        foreach (var condition in conditions.OfType<JsonObject>().Where(static condition => (string?)condition["type"] == "Ready"))
        {
            condition["status"] = status;
            condition["lastTransitionTime"] = now.ToKubernetesTime();
            condition.Remove("reason");
            if (reason is not null)
            {
                condition["reason"] = reason;
            }
        }

        return new() { ["status"] = new JsonObject { ["conditions"] = conditions } };
    }

    /// <summary>Adds the condition DisruptionTarget, and with <paramref name="hasFailed"/> the phase Failed.</summary>
    public static JsonObject Disrupted(ResourceSnapshot pod, string reason, string message, bool hasFailed, DateTimeOffset now)
    {
        var conditions = pod.View().At("status", "conditions").ToArray();
        if (!conditions.OfType<JsonObject>().Any(static condition => (string?)condition["type"] == "DisruptionTarget"))
        {
            conditions.Add((JsonNode)new JsonObject
            {
                ["type"] = "DisruptionTarget", ["status"] = "True", ["lastTransitionTime"] = now.ToKubernetesTime(),
                ["reason"] = reason, ["message"] = message,
            });
        }

        var status = new JsonObject { ["conditions"] = conditions };
        if (hasFailed)
        {
            status["phase"] = "Failed";
        }

        return new() { ["status"] = status };
    }
}
