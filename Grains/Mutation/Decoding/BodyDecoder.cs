using System.Text.Json;
using System.Text.Json.Nodes;

namespace Crescent.Grains.Mutation.Decoding;

/// <summary>
/// Parses UTF-8 JSON into nodes. A member that stands twice keeps its last value, as with Kubernetes, and is noted.
/// </summary>
internal static class BodyDecoder
{
    // As deep as Kubernetes lets a body be before it refuses it.
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 512 };

    /// <summary>Null with a message when the text is not JSON.</summary>
    public static JsonNode? Decode(ReadOnlyMemory<byte> body, List<string> duplicates, out string? error)
    {
        try
        {
            using var document = JsonDocument.Parse(body, Options);
            error = null;
            return Build(document.RootElement, "", duplicates);
        }
        catch (JsonException exception)
        {
            error = Describe(body.Span, exception);
            return null;
        }
        catch (InvalidOperationException)
        {
            // Strings are only checked when they are read: bad UTF-8 or half a surrogate pair.
            error = "invalid character in string literal";
            return null;
        }
    }

    private static JsonNode? Build(JsonElement element, string path, List<string> duplicates)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                var members = new JsonObject();
                foreach (var member in element.EnumerateObject())
                {
                    var at = path.Length == 0 ? member.Name : $"{path}.{member.Name}";
                    if (members.ContainsKey(member.Name))
                    {
                        duplicates.Add(at);
                    }

                    members[member.Name] = Build(member.Value, at, duplicates);
                }

                return members;
            case JsonValueKind.Array:
                var items = new JsonArray();
                foreach (var item in element.EnumerateArray())
                {
                    items.Add(Build(item, $"{path}[{items.Count}]", duplicates));
                }

                return items;
            case JsonValueKind.Null or JsonValueKind.Undefined:
                return null;
            case JsonValueKind.String:
                return JsonValue.Create(element.GetString());
            case JsonValueKind.True or JsonValueKind.False:
                return JsonValue.Create(element.GetBoolean());
            default:
                // Other numbers keep their text: 1.0 stays 1.0.
                return element.TryGetInt64(out var integer) ? JsonValue.Create(integer) : JsonValue.Create(element.Clone());
        }
    }

    private static string Describe(ReadOnlySpan<byte> body, JsonException exception)
    {
        var text = body.TrimEnd(" \r\n\t"u8);
        if (text.Length == 0)
        {
            return "unexpected end of JSON input";
        }

        var where = $"(line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1})";
        return text[^1] is (byte)'}' or (byte)']' ? $"invalid character in JSON text {where}" : $"unexpected end of JSON input {where}";
    }
}
