using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Crescent.Nodes;
using Crescent.Resources;

namespace Crescent.Api.Metrics;

/// <summary>Pieces of metrics.k8s.io objects.</summary>
internal static class UsageJson
{
    public const string ApiVersion = "metrics.k8s.io/v1beta1";

    public static void WriteMetadata(
        Utf8JsonWriter writer, string ns, string name, TextMap labels, DateTimeOffset timestamp)
    {
        writer.WriteStartObject("metadata");
        writer.WriteString("name", name);
        if (ns.Length != 0)
        {
            writer.WriteString("namespace", ns);
        }

        writer.WriteString("creationTimestamp", Text(timestamp));
        if (!labels.IsEmpty)
        {
            writer.WriteStartObject("labels");
            foreach (var (key, value) in labels)
            {
                writer.WriteString(key, value);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    public static void WriteWindow(Utf8JsonWriter writer, DateTimeOffset timestamp, TimeSpan window)
    {
        writer.WriteString("timestamp", Text(timestamp));
        writer.WriteString("window", string.Create(CultureInfo.InvariantCulture, $"{window.TotalSeconds:0.###}s"));
    }

    /// <summary>Unknown figures count as zero.</summary>
    public static void WriteUsage(Utf8JsonWriter writer, UsageSample usage)
    {
        writer.WriteStartObject("usage");
        writer.WriteString("cpu", string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, usage.CpuNanoCores)}n"));
        writer.WriteString("memory", string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, usage.MemoryWorkingSetBytes) / 1024}Ki"));
        writer.WriteEndObject();
    }

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
}
