using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Crescent.Api.Resources;
using Crescent.Api.Tables;
using Crescent.Definitions;
using Crescent.Resources;

namespace Crescent.Api.Subresources;

/// <summary>The Table form of a Scale: NAME DESIRED AVAILABLE AGE.</summary>
internal static class ScaleTable
{
    private static readonly ResourceDefinition Shape = new()
    {
        Group = "autoscaling", Version = "v1", Kind = "Scale", Plural = "scales", Singular = "scale", Scope = ResourceScope.Namespaced,
        SchemaType = "k8s.io.api.autoscaling.v1.Scale",
        Columns =
        [
            new("Desired", "integer", "Replicas that are wanted.", static (item, _) => Number(item, "spec")),
            new("Available", "integer", "Replicas there are.", static (item, _) => Number(item, "status")),
            Columns.Age,
        ],
    };

    public static ReadOnlyMemory<byte> Encode(ResourceSnapshot snapshot, string metaVersion, DateTimeOffset now)
    {
        var body = ScaleProjection.Encode(snapshot);
        var columns = TableColumns.Of(Shape);
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer, ListEnvelope.WriterOptions))
        {
            ListEnvelope.BeginTable(writer, metaVersion, snapshot.Version.ToString());
            TableColumns.WriteDefinitions(writer, columns);
            writer.WriteStartArray("rows");
            TableRows.Write(writer, columns, body, IncludeObject.Metadata, metaVersion, now);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    private static object Number(JsonElement item, string part) =>
        item.TryGetProperty(part, out var value) && value.TryGetProperty("replicas", out var replicas) ? replicas.GetInt64() : 0L;
}
