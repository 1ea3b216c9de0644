using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Crescent.Grains.Mutation;

/// <summary>Reads and small edits of objects as JSON nodes; absent and mistyped values read as null, empty or zero.</summary>
internal static class NodeReading
{
    public static JsonObject? Object(this JsonObject? node, string name) => node?[name] as JsonObject;

    public static JsonObject? Object(this JsonObject? node, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            node = node?[name] as JsonObject;
        }

        return node;
    }

    public static IEnumerable<JsonObject> Objects(this JsonObject? node, string name) =>
        node?[name] is JsonArray array ? array.OfType<JsonObject>() : [];

    public static JsonArray? Array(this JsonObject? node, string name) => node?[name] as JsonArray;

    public static IEnumerable<string> Texts(this JsonObject? node, string name) =>
        node?[name] is JsonArray array ? array.Select(static item => item.AsText()) : [];

    public static string Text(this JsonObject? node, string name) => node?[name].AsText() ?? "";

    public static long? Integer(this JsonObject? node, string name) =>
        node?[name] is JsonValue value && value.GetValueKind() == JsonValueKind.Number && TryInteger(value, out var number) ? number : null;

    public static bool Flag(this JsonObject? node, string name) => node?[name] is JsonValue value && value.GetValueKind() == JsonValueKind.True;

    public static bool Has(this JsonObject? node, string name) => node?[name] is not null;

    public static string AsText(this JsonNode? node) =>
        node is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : "";

    public static bool TryInteger(JsonValue value, out long number) => value.TryGetValue(out number) ||
        long.TryParse(value.ToJsonString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);

    /// <summary>The object of that name, added when absent.</summary>
    public static JsonObject Ensure(this JsonObject node, string name)
    {
        if (node[name] is JsonObject child)
        {
            return child;
        }

        node[name] = child = [];
        return child;
    }

    /// <summary>Sets a value only where none is.</summary>
    public static void Default(this JsonObject node, string name, JsonNode value)
    {
        if (node[name] is null)
        {
            node[name] = value;
        }
    }

    /// <summary>Copies a member of another object (or its absence).</summary>
    public static void CopyFrom(this JsonObject node, JsonObject? source, string name)
    {
        if (source?[name] is { } value)
        {
            node[name] = value.DeepClone();
        }
        else
        {
            node.Remove(name);
        }
    }

    public static bool SameAs(this JsonNode? left, JsonNode? right) => JsonNode.DeepEquals(left, right);
}
