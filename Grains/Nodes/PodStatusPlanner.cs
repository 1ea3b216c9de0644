using System.Text.Json.Nodes;

namespace Crescent.Grains.Nodes;

/// <summary>Merges what a node reports of a pod into the stored status.</summary>
internal static class PodStatusPlanner
{
    /// <summary>Parts a node answers for: what it leaves out is gone. The rest of the status is other people's.</summary>
    private static readonly string[] Owned =
    [
        "phase", "reason", "message", "podIP", "podIPs", "hostIP", "hostIPs", "containerStatuses", "initContainerStatuses",
        "ephemeralContainerStatuses",
    ];

    /// <summary>Conditions a node answers for; one it has stopped reporting stays.</summary>
    private static readonly string[] ForeignConditions = ["PodScheduled", "DisruptionTarget"];

    /// <summary>Conditions that are there only while a resize is under way.</summary>
    private static readonly string[] PassingConditions = ["PodResizePending", "PodResizeInProgress"];

    /// <summary>A merge patch; null when the stored status says all of it already.</summary>
    /// <param name="pod">The stored pod.</param>
    /// <param name="reported">The status the node reports.</param>
    /// <param name="now">For conditions that changed without saying when.</param>
    public static JsonObject? Plan(JsonObject pod, JsonObject reported, DateTimeOffset now)
    {
        var stored = pod["status"] as JsonObject;
        var changes = new JsonObject();
        foreach (var name in Owned)
        {
            if (name != "phase" || reported[name] is not null)
            {
                Set(name, reported[name]);
            }
        }

        // Once ended, a pod stays ended: a late or confused report cannot bring it back.
        if (Conditions.Text(stored, "phase") is "Succeeded" or "Failed" && Conditions.Text(reported, "phase") is not ("Succeeded" or "Failed"))
        {
            foreach (var name in (ReadOnlySpan<string>)["phase", "reason", "message"])
            {
                changes.Remove(name);
            }
        }
        else if (Conditions.Text(stored, "phase") is { } final and ("Succeeded" or "Failed") && Conditions.Text(reported, "phase") != final)
        {
            changes.Remove("phase");
        }

        if (reported["startTime"] is { } start && stored?["startTime"] is null)
        {
            changes["startTime"] = start.DeepClone();
        }

        // Marked by whoever evicted the pod; a node that says nothing of it does not take it back.
        if (reported["reason"] is null && Conditions.Text(stored, "phase") is "Failed")
        {
            changes.Remove("reason");
            changes.Remove("message");
        }

        Set("conditions", Conditions.Merge(Lasting(stored, reported), OwnConditions(reported), now, hasHeartbeat: false));
        return changes.Count == 0 ? null : new() { ["status"] = changes };

        void Set(string name, JsonNode? wanted)
        {
            if (wanted is JsonArray { Count: 0 })
            {
                wanted = null;
            }

            if (!JsonNode.DeepEquals(stored?[name], wanted))
            {
                changes[name] = wanted?.DeepClone();
            }
        }
    }

    private static JsonArray Lasting(JsonObject? stored, JsonObject reported) => new(
    [
        .. (stored?["conditions"] as JsonArray ?? []).OfType<JsonObject>()
            .Where(condition => Conditions.Text(condition, "type") is not { } type || !PassingConditions.Contains(type, StringComparer.Ordinal)
                || Conditions.Find(reported["conditions"], type) is not null)
            .Select(static condition => condition.DeepClone()),
    ]);

    private static JsonArray OwnConditions(JsonObject reported) => new(
    [
        .. (reported["conditions"] as JsonArray ?? []).OfType<JsonObject>()
            .Where(static condition => !ForeignConditions.Contains(Conditions.Text(condition, "type"), StringComparer.Ordinal))
            .Select(static condition => condition.DeepClone()),
    ]);
}
