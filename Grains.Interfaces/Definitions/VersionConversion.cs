using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Crescent.Definitions;

/// <summary>
/// Translation between a served version and the version that is stored. Both work on the object they are given; members they do not know
/// stay as they are, so that a misspelt field is still found.
/// </summary>
/// <param name="ToStored">From the served form.</param>
/// <param name="FromStored">To the served form.</param>
public sealed record VersionConversion(Action<JsonObject> ToStored, Action<JsonObject> FromStored)
{
    internal static JsonSerializerOptions Readable { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A stored body in the served form.</summary>
    public byte[] Show(byte[] body)
    {
        var item = JsonNode.Parse(body)!.AsObject();
        FromStored(item);
        return Encoding.UTF8.GetBytes(item.ToJsonString(Readable));
    }

    internal static void Rename(JsonObject item, string from, string to)
    {
        if (item.Remove(from, out var value) && value is not null)
        {
            item[to] = value;
        }
    }
}
