using System.Text.Encodings.Web;
using System.Text.Json;

namespace Crescent.Api.Resources;

/// <summary>Heads of list documents.</summary>
internal static class ListEnvelope
{
    /// <summary>Bodies are spliced in as they are, so the writer does not validate.</summary>
    public static JsonWriterOptions WriterOptions { get; } = new() { SkipValidation = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void BeginTable(Utf8JsonWriter writer, string metaVersion, string version, string? continueToken = null, long? remaining = null) =>
        Begin(writer, "Table", $"meta.k8s.io/{metaVersion}", version, continueToken, remaining);

    public static void Begin(
        Utf8JsonWriter writer, string kind, string apiVersion, string version, string? continueToken = null, long? remaining = null)
    {
        writer.WriteStartObject();
        writer.WriteString("kind", kind);
        writer.WriteString("apiVersion", apiVersion);
        writer.WriteStartObject("metadata");
        writer.WriteString("resourceVersion", version);
        if (continueToken is not null)
        {
            writer.WriteString("continue", continueToken);
        }

        if (remaining is { } count)
        {
            writer.WriteNumber("remainingItemCount", count);
        }

        writer.WriteEndObject();
    }
}
