using System.Text.Json;
using System.Text.Json.Nodes;
using Crescent.Grains.Reconciling;

namespace Crescent.Grains.Workloads;

/// <summary>Makes pods of a template that need more than the template says.</summary>
internal static class PodWriter
{
    /// <param name="owner">Controller of the pod.</param>
    /// <param name="template">PodTemplateSpec.</param>
    /// <param name="name">Name of the pod.</param>
    public static JsonObject Create(OwnerIdentity owner, JsonElement template, string name)
    {
        var metadata = new JsonObject { ["name"] = name, ["namespace"] = owner.Namespace, ["generateName"] = $"{owner.Name}-" };
        foreach (var member in (string[])["labels", "annotations", "finalizers"])
        {
            if (template.At("metadata", member) is var given && given.Exists())
            {
                metadata[member] = JsonNode.Parse(given.GetRawText());
            }
        }

        metadata["ownerReferences"] = new JsonArray((JsonNode)owner.ToReference());
        return new()
        {
            ["apiVersion"] = "v1", ["kind"] = "Pod", ["metadata"] = metadata,
            ["spec"] = template.At("spec").ValueKind == JsonValueKind.Object ? JsonObject.Create(template.At("spec")) : [],
        };
    }

    /// <summary>The member object of that name, added when absent.</summary>
    public static JsonObject Member(JsonObject parent, string name)
    {
        if (parent[name] is not JsonObject member)
        {
            parent[name] = member = [];
        }

        return member;
    }
}
