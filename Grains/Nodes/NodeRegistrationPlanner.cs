using System.Text.Json.Nodes;

namespace Crescent.Grains.Nodes;

/// <summary>
/// Decides what a registration writes. The agent answers for status and for the labels that describe the machine; everything else on an
/// existing Node belongs to the operators.
/// </summary>
internal static class NodeRegistrationPlanner
{
    private static readonly string[] MachineLabels =
    [
        "kubernetes.io/hostname", "kubernetes.io/os", "kubernetes.io/arch", "beta.kubernetes.io/os", "beta.kubernetes.io/arch",
        "node.kubernetes.io/windows-build",
    ];

    /// <summary>The object to create when there is none.</summary>
    public static JsonObject PlanCreation(JsonObject registered, string nodeName, string? podCidr)
    {
        var node = new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Node",
            ["metadata"] = new JsonObject { ["name"] = nodeName },
            ["spec"] = registered["spec"]?.DeepClone() ?? new JsonObject(),
            ["status"] = registered["status"]?.DeepClone() ?? new JsonObject(),
        };
        foreach (var map in (ReadOnlySpan<string>)["labels", "annotations"])
        {
            if (registered["metadata"]?[map] is JsonObject entries)
            {
                node["metadata"]![map] = entries.DeepClone();
            }
        }

        SetPodCidr((JsonObject)node["spec"]!, podCidr);
        return node;
    }

    /// <summary>A merge patch of metadata and spec for a Node that is there; null when nothing is to be done.</summary>
    public static JsonObject? PlanUpdate(JsonObject node, JsonObject registered, string? podCidr)
    {
        var patch = new JsonObject();
        var metadata = new JsonObject();
        AddMissing(metadata, "labels", node, registered, MachineLabels);
        AddMissing(metadata, "annotations", node, registered, []);
        if (metadata.Count > 0)
        {
            patch["metadata"] = metadata;
        }

        if (podCidr is not null && string.IsNullOrEmpty(Conditions.Text(node["spec"], "podCIDR")))
        {
            var spec = new JsonObject();
            SetPodCidr(spec, podCidr);
            patch["spec"] = spec;
        }

        return patch.Count == 0 ? null : patch;
    }

    private static void AddMissing(JsonObject metadata, string map, JsonObject node, JsonObject registered, string[] owned)
    {
        var stored = node["metadata"]?[map] as JsonObject;
        var changes = new JsonObject();
        foreach (var (key, value) in registered["metadata"]?[map] as JsonObject ?? [])
        {
            if (stored is null || !stored.TryGetPropertyValue(key, out var current)
                || (owned.Contains(key, StringComparer.Ordinal) && !JsonNode.DeepEquals(current, value)))
            {
                changes[key] = value?.DeepClone();
            }
        }

        if (changes.Count > 0)
        {
            metadata[map] = changes;
        }
    }

    private static void SetPodCidr(JsonObject spec, string? podCidr)
    {
        if (podCidr is not null)
        {
            spec["podCIDR"] = podCidr;
            spec["podCIDRs"] = new JsonArray(podCidr);
        }
    }
}
