using System.Collections.Immutable;
using System.Text.Json;

namespace Crescent.Api.Discovery;

/// <summary>Pieces both discovery forms share.</summary>
internal static class DiscoveryJson
{
    public static void WriteTexts(Utf8JsonWriter writer, string name, ImmutableArray<string> values)
    {
        writer.WriteStartArray(name);
        foreach (var value in values)
        {
            writer.WriteStringValue(value);
        }

        writer.WriteEndArray();
    }

    public static void WriteTextsIfAny(Utf8JsonWriter writer, string name, ImmutableArray<string> values)
    {
        if (!values.IsEmpty)
        {
            WriteTexts(writer, name, values);
        }
    }
}
