using System.Text.Json;

namespace Crescent.NodeAgent.Networks;

/// <summary>Reading of optional fields: absent, null and wrongly typed all read as nothing.</summary>
internal static class JsonFields
{
    public static JsonElement Object(this JsonElement parent, string name) => parent.Find(name, JsonValueKind.Object) ?? default;

    public static IEnumerable<JsonElement> Array(this JsonElement parent, string name) =>
        parent.Find(name, JsonValueKind.Array) is { } array ? array.EnumerateArray() : [];

    public static string? Text(this JsonElement parent, string name) => parent.Find(name, JsonValueKind.String)?.GetString();

    public static int? Number(this JsonElement parent, string name) =>
        parent.Find(name, JsonValueKind.Number) is { } number && number.TryGetInt32(out var value) ? value : null;

    public static bool? Flag(this JsonElement parent, string name) =>
        parent.Find(name, JsonValueKind.True) is not null ? true : parent.Find(name, JsonValueKind.False) is not null ? false : null;

    private static JsonElement? Find(this JsonElement parent, string name, JsonValueKind kind) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value) && value.ValueKind == kind ? value : null;
}
