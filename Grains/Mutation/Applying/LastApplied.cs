using System.Text.Json;
using System.Text.Json.Nodes;

namespace Crescent.Grains.Mutation.Applying;

/// <summary>The annotation in which client-side <c>kubectl apply</c> keeps what it applied last.</summary>
internal static class LastApplied
{
    /// <summary>Field manager of client-side apply.</summary>
    public const string Manager = "kubectl-client-side-apply";

    private const string Name = "kubectl.kubernetes.io/last-applied-configuration";

    /// <summary>Null when the object was not applied that way, or the annotation cannot be read.</summary>
    public static JsonObject? Read(JsonObject item)
    {
        if (item.Object("metadata")?["annotations"]?[Name] is not JsonValue annotation || !annotation.TryGetValue<string>(out var text))
        {
            return null;
        }

        try
        {
            return JsonNode.Parse(text) as JsonObject;
        }
        catch (JsonException)
        {
            // Anybody may write annotations; this one then says nothing.
            return null;
        }
    }

    /// <summary>An object with nothing but the annotation.</summary>
    public static JsonObject Annotation() => new() { ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { [Name] = "" } } };
}
