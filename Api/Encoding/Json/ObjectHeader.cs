using System.Text.Json;
using Crescent.Resources;

namespace Crescent.Api.Encoding.Json;

/// <summary>The few fields the API itself needs of a body; reading them also proves that the body is well-formed JSON.</summary>
internal sealed class ObjectHeader
{
    public string ApiVersion { get; private set; } = "";
    public string Kind { get; private set; } = "";
    public string Name { get; private set; } = "";
    public string Namespace { get; private set; } = "";
    public string GenerateName { get; private set; } = "";

    public static bool TryRead(ReadOnlySpan<byte> body, string expectedKind, out ObjectHeader header, out ResourceError? error)
    {
        header = new ObjectHeader();
        error = null;
        try
        {
            var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = BodyLimits.MaxDepth });
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                error = DecodeErrors.Unrecognized(
                    expectedKind, $"couldn't get version/kind; json parse error: json: cannot unmarshal {GoName(reader.TokenType)} into Go value of type struct {{ APIVersion string \"json:\\\"apiVersion,omitempty\\\"\"; Kind string \"json:\\\"kind,omitempty\\\"\" }}", body);
                return false;
            }

            header.ReadObject(ref reader);
            if (reader.Read())
            {
                error = DecodeErrors.Unrecognized(expectedKind, "couldn't get version/kind; json parse error: invalid character after top-level value", body);
                return false;
            }

            return true;
        }
        catch (JsonException exception)
        {
            error = DecodeErrors.Unrecognized(expectedKind, $"couldn't get version/kind; json parse error: {Problem(body, exception)}", body);
            return false;
        }
        catch (InvalidOperationException)
        {
            // Strings are only checked when they are read: bad UTF-8 or half a surrogate pair.
            error = DecodeErrors.Unrecognized(expectedKind, "couldn't get version/kind; json parse error: invalid character in string literal", body);
            return false;
        }
    }

    private void ReadObject(ref Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("apiVersion"u8))
            {
                ApiVersion = ReadText(ref reader);
            }
            else if (reader.ValueTextEquals("kind"u8))
            {
                Kind = ReadText(ref reader);
            }
            else if (reader.ValueTextEquals("metadata"u8))
            {
                ReadMetadata(ref reader);
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }
    }

    private void ReadMetadata(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("name"u8))
            {
                Name = ReadText(ref reader);
            }
            else if (reader.ValueTextEquals("namespace"u8))
            {
                Namespace = ReadText(ref reader);
            }
            else if (reader.ValueTextEquals("generateName"u8))
            {
                GenerateName = ReadText(ref reader);
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }
    }

    /// <summary>Values of another type are left for the schema check of the mutation pipeline to refuse.</summary>
    private static string ReadText(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.String)
        {
            return reader.GetString()!;
        }

        reader.Skip();
        return string.Empty;
    }

    private static string Problem(ReadOnlySpan<byte> body, JsonException exception)
    {
        var offset = 0;
        for (long line = 0; line < (exception.LineNumber ?? 0) && offset < body.Length; line++)
        {
            var end = body[offset..].IndexOf((byte)'\n');
            offset = end < 0 ? body.Length : offset + end + 1;
        }

        offset += (int)(exception.BytePositionInLine ?? 0);
        return offset >= body.Length
            ? "unexpected end of JSON input"
            : $"invalid character '{(char)body[offset]}' at offset {offset}";
    }

    private static string GoName(JsonTokenType token) => token switch
    {
        JsonTokenType.StartArray => "array",
        JsonTokenType.String => "string",
        JsonTokenType.Number => "number",
        JsonTokenType.True or JsonTokenType.False => "bool",
        _ => "null",
    };
}
