using System.Text.Json;

namespace Crescent.Api.Encoding.Json;

/// <summary>Cuts parts out of stored bodies without parsing the rest.</summary>
internal static class ObjectSlices
{
    /// <summary>The value of the top-level <c>metadata</c>; empty when there is none.</summary>
    public static ReadOnlyMemory<byte> Metadata(byte[] body)
    {
        var reader = new Utf8JsonReader(body);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var found = reader.ValueTextEquals("metadata"u8);
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            if (found)
            {
                return body.AsMemory(start, (int)reader.BytesConsumed - start);
            }
        }

        return default;
    }

    /// <summary>The body with another <c>metadata.resourceVersion</c>.</summary>
    public static byte[] WithVersion(byte[] body, string version)
    {
        var reader = new Utf8JsonReader(body);
        var depthOfMetadata = -1;
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.PropertyName)
            {
                continue;
            }

            if (reader.CurrentDepth == 1 && reader.ValueTextEquals("metadata"u8))
            {
                depthOfMetadata = 2;
            }
            else if (reader.CurrentDepth == depthOfMetadata && reader.ValueTextEquals("resourceVersion"u8))
            {
                reader.Read();
                var start = (int)reader.TokenStartIndex;
                var end = (int)reader.BytesConsumed;
                return [.. body.AsSpan(0, start), (byte)'"', .. System.Text.Encoding.ASCII.GetBytes(version), (byte)'"', .. body.AsSpan(end)];
            }
            else if (reader.CurrentDepth == 1)
            {
                reader.Skip();
            }
        }

        return body;
    }
}
