using System.Globalization;
using System.Text.Json.Nodes;

namespace Crescent.Grains.Nodes;

/// <summary>Decides what of a node's report has to be written into its Node object.</summary>
internal static class NodeStatusPlanner
{
    public const string Ready = "Ready";
    private static readonly string[] KubeletConditions = [Ready, "MemoryPressure", "DiskPressure", "PIDPressure"];

    /// <summary>A merge patch with the parts of <paramref name="reported"/> that differ from the stored status; null when none does.</summary>
    public static JsonObject? Plan(JsonObject node, JsonObject reported, DateTimeOffset now)
    {
        var stored = node["status"] as JsonObject;
        var changes = new JsonObject();
        foreach (var (name, value) in reported)
        {
            var wanted = name == "conditions"
                ? Conditions.Merge(stored?[name] as JsonArray, value as JsonArray, now, hasHeartbeat: true)
                : value;
            if (!JsonNode.DeepEquals(stored?[name], wanted))
            {
                AddReplacement(changes, name, stored?[name], wanted);
            }
        }

        return changes.Count == 0 ? null : new() { ["status"] = changes };
    }

    /// <summary>
    /// The patch for a node that has fallen silent: what its kubelet answered for is Unknown now. Null when the object says so already, or
    /// when it carries a heartbeat younger than <paramref name="grace"/>: kubelets of nodes without an agent post their status over the API.
    /// </summary>
    public static JsonObject? PlanSilence(JsonObject node, DateTimeOffset now, TimeSpan grace)
    {
        var stored = node["status"]?["conditions"] as JsonArray;
        if (Conditions.Find(stored, Ready) is { } ready && Conditions.Text(ready, "status") != "Unknown"
            && DateTimeOffset.TryParse(Conditions.Text(ready, "lastHeartbeatTime"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var posted)
            && now - posted < grace)
        {
            return null;
        }

        var conditions = new JsonArray();
        foreach (var type in KubeletConditions)
        {
            var known = Conditions.Find(stored, type);
            if (Conditions.Text(known, "status") == "Unknown")
            {
                continue;
            }

            conditions.Add(known is null
                ? Unknown(type, "NodeStatusNeverUpdated", "Kubelet never posted node status.")
                : Unknown(type, "NodeStatusUnknown", "Kubelet stopped posting node status."));
        }

        if (conditions.Count == 0)
        {
            return null;
        }

        var merged = Conditions.Merge(stored, conditions, now, hasHeartbeat: false);
        foreach (var condition in merged.OfType<JsonObject>())
        {
            // When it was last heard of stays visible.
            var known = Conditions.Find(stored, Conditions.Text(condition, "type")!);
            if (condition["lastHeartbeatTime"] is null)
            {
                condition["lastHeartbeatTime"] = Conditions.Text(known, "lastHeartbeatTime") ?? Conditions.Text(condition, "lastTransitionTime");
            }
        }

        return new() { ["status"] = new JsonObject { ["conditions"] = merged } };
    }

    /// <summary>Whether the object says that nobody knows how the node is.</summary>
    public static bool IsSilent(JsonObject node) => Conditions.Text(Conditions.Find(node["status"]?["conditions"], Ready), "status") == "Unknown";

    /// <summary>A merge patch adds keys to an object; members that are gone have to be nulled.</summary>
    private static void AddReplacement(JsonObject changes, string name, JsonNode? stored, JsonNode? wanted)
    {
        var replacement = wanted?.DeepClone();
        if (replacement is JsonObject target && stored is JsonObject old)
        {
            foreach (var (member, _) in old)
            {
                target.TryAdd(member, null);
            }
        }

        changes[name] = replacement;
    }

    private static JsonObject Unknown(string type, string reason, string message) =>
        new() { ["type"] = type, ["status"] = "Unknown", ["reason"] = reason, ["message"] = message };
}
