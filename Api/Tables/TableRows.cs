using System.Collections.Immutable;
using System.Text.Json;
using Crescent.Api.Encoding.Json;
using Crescent.Api.Requests;
using Crescent.Definitions;
using Crescent.Resources;
using Microsoft.AspNetCore.Http;

namespace Crescent.Api.Tables;

/// <summary>Rows of the <see href="https://kubernetes.io/docs/reference/using-api/api-concepts/#receiving-resources-as-tables">Table</see> form.</summary>
internal static class TableRows
{
    public static bool TryReadInclude(IQueryCollection query, out IncludeObject include, out ResourceError? error)
    {
        error = null;
        var text = query.Text("includeObject");
        (include, var known) = text switch
        {
            "" or "Metadata" => (IncludeObject.Metadata, true),
            "None" => (IncludeObject.None, true),
            "Object" => (IncludeObject.Object, true),
            _ => (IncludeObject.Metadata, false),
        };
        if (!known)
        {
            error = ResourceErrors.BadRequest($"unrecognized includeObject value: \"{text}\"");
        }

        return known;
    }

    public static void Write(
        Utf8JsonWriter writer, ImmutableArray<ColumnDefinition> columns, byte[] body, IncludeObject include, string metaVersion, DateTimeOffset now)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("cells");
        using (var document = JsonDocument.Parse(body))
        {
            foreach (var column in columns)
            {
                WriteCell(writer, column.Cell(document.RootElement, now));
            }
        }

        writer.WriteEndArray();
        writer.WritePropertyName("object");
        switch (include)
        {
            case IncludeObject.Object:
                writer.WriteRawValue(body, skipInputValidation: true);
                break;
            case IncludeObject.Metadata:
                WritePartialMetadata(writer, body, metaVersion);
                break;
            default:
                writer.WriteNullValue();
                break;
        }

        writer.WriteEndObject();
    }

    /// <summary>PartialObjectMetadata of a stored body.</summary>
    public static void WritePartialMetadata(Utf8JsonWriter writer, byte[] body, string metaVersion)
    {
        writer.WriteStartObject();
        writer.WriteString("kind", "PartialObjectMetadata");
        writer.WriteString("apiVersion", $"meta.k8s.io/{metaVersion}");
        writer.WritePropertyName("metadata");
        writer.WriteRawValue(ObjectSlices.Metadata(body).Span, skipInputValidation: true);
        writer.WriteEndObject();
    }

    private static void WriteCell(Utf8JsonWriter writer, object? value)
    {
        switch (value)
        {
            case null:
                writer.WriteNullValue();
                break;
            case string text:
                writer.WriteStringValue(text);
                break;
            case bool flag:
                writer.WriteBooleanValue(flag);
                break;
            case int number:
                writer.WriteNumberValue(number);
                break;
            case long number:
                writer.WriteNumberValue(number);
                break;
            case double number:
                writer.WriteNumberValue(number);
                break;
            default:
                writer.WriteStringValue(value.ToString());
                break;
        }
    }
}
