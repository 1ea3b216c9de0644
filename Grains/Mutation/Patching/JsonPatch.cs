using System.Text.Json.Nodes;

namespace Crescent.Grains.Mutation.Patching;

/// <summary><see href="https://www.rfc-editor.org/rfc/rfc6902">RFC 6902</see>. All operations or none.</summary>
internal static class JsonPatch
{
    /// <summary>The patched document, or null and what was wrong; <paramref name="document"/> itself is not changed.</summary>
    public static JsonNode? Apply(JsonNode document, JsonArray patch, out string? error)
    {
        // The document hangs under a holder so that an operation on the empty path needs no special case.
        var holder = new JsonObject { ["root"] = document.DeepClone() };
        foreach (var item in patch)
        {
            error = item is JsonObject operation ? Run(holder, operation) : "a JSON patch operation must be an object";
            if (error is not null)
            {
                return null;
            }
        }

        error = null;
        var result = holder["root"];
        holder.Remove("root");
        return result;
    }

    private static string? Run(JsonObject holder, JsonObject operation)
    {
        var name = operation.Text("op");
        var pathText = operation.Text("path");
        if (Steps(pathText) is not { } path || !operation.ContainsKey("path"))
        {
            return $"{name} operation has an invalid path: {pathText}";
        }

        switch (name)
        {
            case "add" or "replace" or "test" when !operation.ContainsKey("value"):
                return $"{name} operation does not have a value: {pathText}";
            case "add":
                return Add(holder, path, pathText, operation["value"]?.DeepClone());
            case "replace":
                return Replace(holder, path, pathText, operation["value"]?.DeepClone());
            case "remove":
                return Remove(holder, path, pathText, "remove", out _);
            case "test":
                return Find(holder, path, out var found) && JsonNode.DeepEquals(found, operation["value"])
                    ? null : $"testing value {pathText} failed";
            case "copy" or "move":
                var fromText = operation.Text("from");
                if (Steps(fromText) is not { } from)
                {
                    return $"{name} operation has an invalid from: {fromText}";
                }

                if (name == "move" && path.Length > from.Length && path.AsSpan(0, from.Length).SequenceEqual(from))
                {
                    return $"move operation would move {fromText} into itself";
                }

                if (name == "copy")
                {
                    return Find(holder, from, out var source)
                        ? Add(holder, path, pathText, source?.DeepClone())
                        : $"copy operation does not apply: doc is missing from path: {fromText}";
                }

                return Remove(holder, from, fromText, "move", out var moved) ?? Add(holder, path, pathText, moved);
            default:
                return $"unexpected JSON patch operation: {name}";
        }
    }

    private static string[]? Steps(string pointer) => JsonPointer.Parse(pointer) is { } steps ? ["root", .. steps] : null;

    private static bool Find(JsonNode holder, ReadOnlySpan<string> path, out JsonNode? found)
    {
        found = holder;
        foreach (var step in path)
        {
            switch (found)
            {
                case JsonObject members when members.TryGetPropertyValue(step, out var member):
                    found = member;
                    break;
                case JsonArray items when JsonPointer.TryIndex(step, out var index) && index < items.Count:
                    found = items[index];
                    break;
                default:
                    return false;
            }
        }

        return true;
    }

    private static string? Add(JsonObject holder, string[] path, string text, JsonNode? value)
    {
        if (!Find(holder, path.AsSpan(0, path.Length - 1), out var parent))
        {
            return $"add operation does not apply: doc is missing path: \"{text}\": missing value";
        }

        var last = path[^1];
        switch (parent)
        {
            case JsonObject members:
                members[last] = value;
                return null;
            case JsonArray items when last == "-":
                items.Add(value);
                return null;
            case JsonArray items when JsonPointer.TryIndex(last, out var index) && index <= items.Count:
                items.Insert(index, value);
                return null;
            default:
                return $"add operation does not apply: unable to access invalid index: {last}: invalid index referenced";
        }
    }

    private static string? Replace(JsonObject holder, string[] path, string text, JsonNode? value)
    {
        if (!Find(holder, path, out _) || !Find(holder, path.AsSpan(0, path.Length - 1), out var parent))
        {
            return $"replace operation does not apply: doc is missing key: {text}: missing value";
        }

        if (parent is JsonArray items)
        {
            JsonPointer.TryIndex(path[^1], out var index);
            items[index] = value;
        }
        else
        {
            parent!.AsObject()[path[^1]] = value;
        }

        return null;
    }

    private static string? Remove(JsonObject holder, string[] path, string text, string name, out JsonNode? removed)
    {
        if (!Find(holder, path, out removed) || !Find(holder, path.AsSpan(0, path.Length - 1), out var parent))
        {
            return $"{name} operation does not apply: doc is missing path: \"{text}\": missing value";
        }

        if (parent is JsonArray items)
        {
            JsonPointer.TryIndex(path[^1], out var index);
            items.RemoveAt(index);
        }
        else
        {
            parent!.AsObject().Remove(path[^1]);
        }

        return null;
    }
}
