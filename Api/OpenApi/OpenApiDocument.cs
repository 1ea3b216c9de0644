using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Crescent.Definitions;
using Crescent.Schema;

namespace Crescent.Api.OpenApi;

/// <summary>Builds the OpenAPI v3 document of one group version.</summary>
internal static class OpenApiDocument
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Build(IReadOnlyCollection<ResourceDefinition> definitions, string version, FieldDescriptions descriptions)
    {
        var buffer = new ArrayBufferWriter<byte>(256 * 1024);
        using (var writer = new Utf8JsonWriter(buffer, Options))
        {
            writer.WriteStartObject();
            writer.WriteString("openapi", "3.0.0");
            writer.WriteStartObject("info");
            writer.WriteString("title", "Kubernetes");
            writer.WriteString("version", version);
            writer.WriteEndObject();

            var schemas = new SchemaWriter(writer, SchemaCatalog.BuiltIn, descriptions);
            var paths = new PathWriter(writer, schemas);
            writer.WriteStartObject("paths");
            foreach (var definition in definitions)
            {
                paths.Write(definition);
            }

            writer.WriteEndObject();
            writer.WriteStartObject("components");
            writer.WriteStartObject("schemas");
            foreach (var definition in definitions.Where(static definition => definition.Verbs.Contains("list")))
            {
                schemas.WriteList(definition.SchemaType, new(definition.Group, definition.Version, $"{definition.Kind}List"));
            }

            schemas.WriteAll(KindsOf(definitions));
            writer.WriteEndObject();
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static Dictionary<string, List<GroupVersionKind>> KindsOf(IReadOnlyCollection<ResourceDefinition> definitions)
    {
        var kinds = definitions.ToDictionary(
            static definition => definition.SchemaType,
            static definition => new List<GroupVersionKind> { new(definition.Group, definition.Version, definition.Kind) },
            StringComparer.Ordinal);
        kinds["k8s.io.api.autoscaling.v1.Scale"] = [new("autoscaling", "v1", "Scale")];
        kinds["k8s.io.api.policy.v1.Eviction"] = [new("policy", "v1", "Eviction")];
        kinds["k8s.io.api.core.v1.Binding"] = [new("", "v1", "Binding")];
        kinds[SchemaNames.Status] = [new("", "v1", "Status")];
        kinds[SchemaNames.DeleteOptions] = [new("", "v1", "DeleteOptions")];
        return kinds;
    }
}
