using System.Text.Json;

namespace Crescent.Benchmarks.Load;

/// <summary>What a hollow node needs to know of a watch event; what stands behind the metadata is not looked at.</summary>
internal readonly record struct PodChange(bool IsDeleted, string Name, string Uid, bool IsDeleting)
{
    public static PodChange Read(ReadOnlySpan<byte> line)
    {
        var reader = new Utf8JsonReader(line);
        var isDeleted = false;
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("type"u8))
            {
                reader.Read();
                isDeleted = reader.ValueTextEquals("DELETED"u8);
            }
            else if (reader.ValueTextEquals("object"u8))
            {
                reader.Read();
                while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                {
                    if (reader.ValueTextEquals("metadata"u8))
                    {
                        return ReadMetadata(ref reader, isDeleted);
                    }

                    reader.Skip();
                }
            }
            else
            {
                reader.Skip();
            }
        }

        throw new JsonException("The event has no object with metadata.");
    }

    private static PodChange ReadMetadata(ref Utf8JsonReader reader, bool isDeleted)
    {
        var (name, uid, isDeleting) = ("", "", false);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("name"u8))
            {
                reader.Read();
                name = reader.GetString()!;
            }
            else if (reader.ValueTextEquals("uid"u8))
            {
                reader.Read();
                uid = reader.GetString()!;
            }
            else
            {
                isDeleting |= reader.ValueTextEquals("deletionTimestamp"u8);
                reader.Skip();
            }
        }

        return new(isDeleted, name, uid, isDeleting);
    }
}
