using System.Text.Json;
using System.Text.Json.Nodes;
using Crescent.Grains.Reconciling;

namespace Crescent.Grains.Workloads.Revisions;

/// <summary>The <c>data</c> of a ControllerRevision: a strategic merge patch that puts the template back, which is what clients apply to undo.</summary>
internal static class RevisionData
{
    public static JsonObject Of(JsonElement template)
    {
        var copy = JsonObject.Create(template) ?? [];
        copy["$patch"] = "replace";
        return new() { ["spec"] = new JsonObject { ["template"] = copy } };
    }

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
