using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Crescent.Grains.Mutation;

namespace Crescent.Grains.Reconciling;

/// <summary>Forgiving reads of stored bodies: what is absent or of another kind is null, never an exception.</summary>
internal static class JsonReading
{
    /// <summary>The body as a view that outlives the snapshot.</summary>
    public static JsonElement View(this Crescent.Resources.ResourceSnapshot snapshot) => JsonElement.Parse(snapshot.Body);

    public static JsonElement At(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value : default;

    public static JsonElement At(this JsonElement element, string first, string second) => element.At(first).At(second);

    public static JsonElement At(this JsonElement element, string first, string second, string third) =>
        element.At(first).At(second).At(third);

    public static bool Exists(this JsonElement element) => element.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null);

    public static string? Text(this JsonElement element) =>
        element.ValueKind == JsonValueKind.String ? element.GetString() : null;

    public static int? Int(this JsonElement element) =>
        element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out var value) ? value : null;

    public static long? Long(this JsonElement element) =>
        element.ValueKind == JsonValueKind.Number && element.TryGetInt64(out var value) ? value : null;

    public static bool IsTrue(this JsonElement element) => element.ValueKind == JsonValueKind.True;

    public static DateTimeOffset? Time(this JsonElement element) =>
        element.Text() is { } text
        && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? time
            : null;

    public static JsonElement.ArrayEnumerator Items(this JsonElement element) =>
        element.ValueKind == JsonValueKind.Array ? element.EnumerateArray() : default;

    public static JsonElement.ObjectEnumerator Members(this JsonElement element) =>
        element.ValueKind == JsonValueKind.Object ? element.EnumerateObject() : default;

    /// <summary>A writable copy of an array; empty when there is none.</summary>
    public static JsonArray ToArray(this JsonElement element) =>
        element.ValueKind == JsonValueKind.Array ? JsonArray.Create(element)! : [];

    /// <summary>The entry of a conditions list with this type.</summary>
    public static JsonElement Condition(this JsonElement conditions, string type)
    {
        foreach (var condition in conditions.Items())
        {
            if (condition.At("type").ValueEqualsText(type))
            {
                return condition;
            }
        }

        return default;
    }

    public static bool ValueEqualsText(this JsonElement element, string text) =>
        element.ValueKind == JsonValueKind.String && element.ValueEquals(text);

    /// <summary>String values of an object; others are left out.</summary>
    public static Dictionary<string, string> TextMap(this JsonElement element)
    {
        var map = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var member in element.Members())
        {
            if (member.Value.Text() is { } text)
            {
                map[member.Name] = text;
            }
        }

        return map;
    }

    /// <summary>Time as Kubernetes writes it: UTC, whole seconds.</summary>
    public static string ToKubernetesTime(this DateTimeOffset time) => Timestamps.Format(time);
}
