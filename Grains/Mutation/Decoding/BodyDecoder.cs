using System.Text.Json;
using System.Text.Json.Nodes;

namespace Crescent.Grains.Mutation.Decoding;

/// <summary>
/// Parses UTF-8 JSON into nodes. A member that stands twice keeps its last value, as with Kubernetes, and is noted.
/// </summary>
internal static class BodyDecoder
{
    // As deep as Kubernetes lets a body be before it refuses it.
    private static readonly JsonReaderOptions Options = new() { MaxDepth = 512 };

    /// <summary>Null with a message when the text is not JSON.</summary>
    public static JsonNode? Decode(ReadOnlyMemory<byte> body, List<string> duplicates, out string? error)
    {
        try
        {
            var reader = new Utf8JsonReader(body.Span, Options);
            reader.Read();
            var node = Build(ref reader, duplicates);
            reader.Read();
            error = null;
            return node;
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

    /// <summary>
    /// Parses what was stored, which is known to be sound. Who owns which field is long and seldom asked for; it stays text until somebody
    /// looks inside.
    /// </summary>
    public static JsonObject DecodeStored(ReadOnlyMemory<byte> body)
    {
        var reader = new Utf8JsonReader(body.Span, Options);
        reader.Read();
        return BuildObject(ref reader, [], isStored: true);
    }

    private static JsonNode? Build(ref Utf8JsonReader reader, List<string> duplicates, bool isStored = false)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                return BuildObject(ref reader, duplicates, isStored);
            case JsonTokenType.StartArray:
                var items = new JsonArray();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    var before = duplicates.Count;
                    items.Add(Build(ref reader, duplicates));
                    if (duplicates.Count > before)
                    {
                        Prefix(duplicates, before, $"[{items.Count - 1}]");
                    }
                }

                return items;
            case JsonTokenType.Null:
                return null;
            case JsonTokenType.String:
                return JsonValue.Create(reader.GetString());
            case JsonTokenType.True or JsonTokenType.False:
                return JsonValue.Create(reader.GetBoolean());
            default:
                // Other numbers keep their text: 1.0 stays 1.0.
                return reader.TryGetInt64(out var integer) ? JsonValue.Create(integer) : JsonValue.Create(JsonElement.ParseValue(ref reader));
        }
    }

    private static JsonObject BuildObject(ref Utf8JsonReader reader, List<string> duplicates, bool isStored)
    {
        var members = new JsonObject();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var name = MemberNames.Read(ref reader);
            reader.Read();
            var before = duplicates.Count;
            var value = isStored && reader.TokenType == JsonTokenType.StartArray && name == "managedFields"
                ? JsonArray.Create(JsonElement.ParseValue(ref reader))
                : Build(ref reader, duplicates, isStored);
            Prefix(duplicates, before, name);
            if (!members.TryAdd(name, value))
            {
                duplicates.Insert(before, name);
                members[name] = value;
            }
        }

        return members;
    }

    /// <summary>Paths grow from the inside, so that they cost nothing where nothing is doubled.</summary>
    private static void Prefix(List<string> duplicates, int from, string step)
    {
        for (var index = from; index < duplicates.Count; index++)
        {
            duplicates[index] = duplicates[index].StartsWith('[') ? step + duplicates[index] : $"{step}.{duplicates[index]}";
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
