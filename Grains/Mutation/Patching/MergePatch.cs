using System.Text.Json.Nodes;

namespace Crescent.Grains.Mutation.Patching;

/// <summary><see href="https://www.rfc-editor.org/rfc/rfc7386">RFC 7386</see>: null removes, objects merge, all else replaces.</summary>
internal static class MergePatch
{
    /// <summary>The patched document. The document given is used up, the patch is not changed.</summary>
    public static JsonNode? Apply(JsonNode? document, JsonNode? patch)
    {
        if (patch is not JsonObject changes)
        {
            return patch?.DeepClone();
        }

        var result = document as JsonObject ?? [];
        Merge(result, changes);
        return result;
    }

    private static void Merge(JsonObject target, JsonObject changes)
    {
        foreach (var (name, change) in changes)
        {
            switch (change)
            {
                case null:
                    target.Remove(name);
                    break;
                case JsonObject nested:
                    Merge(target.Ensure(name), nested);
                    break;
                default:
                    target[name] = change.DeepClone();
                    break;
            }
        }
    }
}
