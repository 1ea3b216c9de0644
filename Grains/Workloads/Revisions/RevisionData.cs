using System.Text.Json;
using System.Text.Json.Nodes;
using Crescent.Grains.Reconciling;

namespace Crescent.Grains.Workloads.Revisions;

/// <summary>
/// The <c>data</c> of a ControllerRevision: a strategic merge patch that puts the template back, which is what clients apply to undo. Clients find
/// a workload's revision by comparing bytes with what Go makes of the template: names in order, and a creation time of null.
/// </summary>
internal static class RevisionData
{
    public static JsonObject Of(JsonElement template)
    {
        var copy = JsonObject.Create(template) ?? [];
        copy["$patch"] = "replace";
        if (copy["metadata"] is not JsonObject metadata)
        {
            copy["metadata"] = metadata = [];
        }

        metadata["creationTimestamp"] = null;
        return new() { ["spec"] = new JsonObject { ["template"] = Ordered(copy) } };
    }

    private static JsonNode? Ordered(JsonNode? node) => node switch
    {
        JsonObject members => new JsonObject(members.OrderBy(static member => member.Key, StringComparer.Ordinal)
            .Select(static member => KeyValuePair.Create(member.Key, Ordered(member.Value)))),
        JsonArray items => new JsonArray([.. items.Select(Ordered)]),
        _ => node?.DeepClone(),
    };

    /// <summary>The template without the directive.</summary>
    public static JsonElement Template(JsonElement data)
    {
        if (JsonObject.Create(data.At("spec", "template") is { ValueKind: JsonValueKind.Object } given ? given : JsonElement.Parse("{}")) is not { } template)
        {
            return default;
        }

        template.Remove("$patch");
        return JsonElement.Parse(template.ToJsonString());
    }
}
