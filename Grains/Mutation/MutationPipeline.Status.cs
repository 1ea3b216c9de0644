using System.Text.Json.Nodes;
using Crescent.Definitions;
using Crescent.Resources;

namespace Crescent.Grains.Mutation;

/// <summary>
/// Patches of a status that touch nothing else, which is nearly every report of a node or a controller. The rest of the object was
/// defaulted and validated when it was written; it stays text and is copied.
/// </summary>
internal sealed partial class MutationPipeline
{
    private static bool IsStatusAlone(ResourceDefinition definition, PatchRequest request, JsonNode patch) =>
        request.Context.Subresource == "status" && definition.HasStatus && request.Kind is PatchKind.Merge or PatchKind.Strategic
        && BuiltInRules.Of(definition.Type).LeavesStatusAlone
        && patch is JsonObject changes && changes.All(static member => member.Key is "apiVersion" or "kind" or "metadata" or "status");

    /// <summary>What a write of the status can change.</summary>
    private static JsonObject StatusOf(ResourceSnapshot snapshot)
    {
        var whole = Open(snapshot);
        var part = new JsonObject();
        foreach (var name in (ReadOnlySpan<string>)["apiVersion", "kind", "metadata", "status"])
        {
            if (whole.Remove(name, out var value))
            {
                part[name] = value;
            }
        }

        return part;
    }
}
