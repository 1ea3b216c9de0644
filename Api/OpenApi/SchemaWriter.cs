using System.Text.Json;
using Crescent.Schema;

namespace Crescent.Api.OpenApi;

/// <summary>Writes component schemas and remembers which further types they refer to.</summary>
internal sealed class SchemaWriter(Utf8JsonWriter writer, SchemaCatalog schemas, FieldDescriptions descriptions)
{
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly Queue<string> _pending = new();

    /// <summary>Takes a type into the document.</summary>
    public void Include(string fullName)
    {
        if (_known.Add(fullName))
        {
            _pending.Enqueue(fullName);
        }
    }

    /// <summary>Everything included, and everything that refers to.</summary>
    /// <param name="kinds">Group, version and kind of the types that are kinds.</param>
    public void WriteAll(IReadOnlyDictionary<string, List<GroupVersionKind>> kinds)
    {
        while (_pending.TryDequeue(out var name))
        {
            if (schemas.TryGet(name, out var type) && type.Alias is null)
            {
                WriteObject(type, kinds.GetValueOrDefault(name));
            }
            else
            {
                WriteScalar(name);
            }
        }
    }

    /// <summary>A list kind: items of <paramref name="itemType"/> under ListMeta.</summary>
    public void WriteList(string itemType, GroupVersionKind list)
    {
        Include(itemType);
        Include(SchemaNames.ListMeta);
        writer.WriteStartObject(SchemaNames.Of($"{itemType}List"));
        writer.WriteString("description", $"{list.Kind} is a list of {list.Kind[..^4]}.");
        writer.WriteString("type", "object");
        writer.WriteStartArray("required");
        writer.WriteStringValue("items");
        writer.WriteEndArray();
        writer.WriteStartObject("properties");
        WriteTypeMeta("apiVersion");
        WriteTypeMeta("kind");
        writer.WriteStartObject("items");
        writer.WriteString("type", "array");
        writer.WriteStartObject("items");
        WriteReference(itemType);
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteStartObject("metadata");
        WriteReference(SchemaNames.ListMeta);
        writer.WriteEndObject();
        writer.WriteEndObject();
        WriteKinds([list]);
        writer.WriteEndObject();
    }

    private void WriteObject(SchemaType type, List<GroupVersionKind>? kinds)
    {
        writer.WriteStartObject(SchemaNames.Of(type.FullName));
        WriteDescription(descriptions.OfType(type.FullName));
        writer.WriteString("type", "object");
        var required = type.Fields.Where(static field => !field.IsOptional).Select(static field => field.Name).ToList();
        if (required.Count > 0)
        {
            writer.WriteStartArray("required");
            required.ForEach(writer.WriteStringValue);
            writer.WriteEndArray();
        }

        if (!type.Fields.IsEmpty || kinds is not null)
        {
            writer.WriteStartObject("properties");
            if (kinds is not null)
            {
                WriteTypeMeta("apiVersion");
                WriteTypeMeta("kind");
            }

            foreach (var field in type.Fields.Where(field => kinds is null || field.Name is not ("apiVersion" or "kind")))
            {
                writer.WriteStartObject(field.Name);
                WriteDescription(descriptions.OfField(type.FullName, field.Name));
                WriteField(field);
                writer.WriteEndObject();
            }

            writer.WriteEndObject();
        }

        WriteKinds(kinds);
        writer.WriteEndObject();
    }

    private void WriteField(SchemaField field)
    {
        if (field.IsList)
        {
            writer.WriteString("type", "array");
            writer.WriteStartObject("items");
            WriteValue(field);
            writer.WriteEndObject();
            WriteListExtensions(field);
        }
        else if (field.IsMap)
        {
            writer.WriteString("type", "object");
            writer.WriteStartObject("additionalProperties");
            if (field.IsListValue)
            {
                writer.WriteString("type", "array");
                writer.WriteStartObject("items");
                WriteValue(field);
                writer.WriteEndObject();
            }
            else
            {
                WriteValue(field);
            }

            writer.WriteEndObject();
        }
        else
        {
            WriteValue(field);
            if (field.PatchStrategy is not null)
            {
                writer.WriteString("x-kubernetes-patch-strategy", field.PatchStrategy);
            }
        }

        if (field.Default is not null)
        {
            writer.WritePropertyName("default");
            writer.WriteRawValue(field.Default);
        }
    }

    private void WriteListExtensions(SchemaField field)
    {
        if (!field.ListMapKeys.IsEmpty)
        {
            writer.WriteStartArray("x-kubernetes-list-map-keys");
            foreach (var key in field.ListMapKeys)
            {
                writer.WriteStringValue(key);
            }

            writer.WriteEndArray();
        }

        WriteIfAny("x-kubernetes-list-type", field.ListType);
        WriteIfAny("x-kubernetes-patch-merge-key", field.PatchMergeKey);
        WriteIfAny("x-kubernetes-patch-strategy", field.PatchStrategy);
    }

    private void WriteValue(SchemaField field)
    {
        switch (field.Shape)
        {
            case SchemaShape.Object when field.TypeName is not null:
                WriteReference(field.TypeName);
                break;
            case SchemaShape.Quantity:
                WriteReference(SchemaNames.Quantity);
                break;
            case SchemaShape.IntOrString:
                WriteReference(SchemaNames.IntOrString);
                break;
            case SchemaShape.Time:
                WriteReference(SchemaNames.Time);
                break;
            case SchemaShape.MicroTime:
                WriteReference(SchemaNames.MicroTime);
                break;
            case SchemaShape.Boolean:
                writer.WriteString("type", "boolean");
                break;
            case SchemaShape.Int32:
                WriteFormatted("integer", "int32");
                break;
            case SchemaShape.Int64:
                WriteFormatted("integer", "int64");
                break;
            case SchemaShape.Double:
                WriteFormatted("number", "double");
                break;
            case SchemaShape.Bytes:
                WriteFormatted("string", "byte");
                break;
            case SchemaShape.Object or SchemaShape.Raw:
                writer.WriteString("type", "object");
                break;
            default:
                writer.WriteString("type", "string");
                WriteEnum(field);
                break;
        }
    }

    private void WriteEnum(SchemaField field)
    {
        if (field.TypeName is null || !schemas.TryGet(field.TypeName, out var named) || named.EnumValues.IsEmpty)
        {
            return;
        }

        writer.WriteStartArray("enum");
        foreach (var value in named.EnumValues)
        {
            writer.WriteStringValue(value);
        }

        writer.WriteEndArray();
    }

    /// <summary>Wrapped in allOf, so that a description may stand beside it.</summary>
    private void WriteReference(string fullName)
    {
        Include(fullName);
        writer.WriteStartArray("allOf");
        writer.WriteStartObject();
        writer.WriteString("$ref", SchemaNames.Reference(fullName));
        writer.WriteEndObject();
        writer.WriteEndArray();
    }

    /// <summary>The named types that are not objects in JSON.</summary>
    private void WriteScalar(string name)
    {
        writer.WriteStartObject(SchemaNames.Of(name));
        switch (name)
        {
            case SchemaNames.Quantity:
                writer.WriteString("description", "A fixed-point number with an optional suffix, e.g. 100m, 1.5, 64Mi or 2G.");
                WriteOneOf("string", "number");
                break;
            case SchemaNames.IntOrString:
                writer.WriteString("description", "A number or a string; strings are used for names and percentages.");
                writer.WriteString("format", "int-or-string");
                WriteOneOf("integer", "string");
                break;
            case SchemaNames.Time:
                writer.WriteString("description", "A point in time in RFC 3339, with whole seconds.");
                WriteFormatted("string", "date-time");
                break;
            case SchemaNames.MicroTime:
                writer.WriteString("description", "A point in time in RFC 3339, with microseconds.");
                WriteFormatted("string", "date-time");
                break;
            default:
                writer.WriteString("type", "object");
                break;
        }

        writer.WriteEndObject();
    }

    private void WriteOneOf(params ReadOnlySpan<string> types)
    {
        writer.WriteStartArray("oneOf");
        foreach (var type in types)
        {
            writer.WriteStartObject();
            writer.WriteString("type", type);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private void WriteTypeMeta(string name)
    {
        writer.WriteStartObject(name);
        writer.WriteString("description", name == "kind"
            ? "Kind is a string value representing the REST resource this object represents. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#types-kinds"
            : "APIVersion defines the versioned schema of this representation of an object. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#resources");
        writer.WriteString("type", "string");
        writer.WriteEndObject();
    }

    private void WriteKinds(List<GroupVersionKind>? kinds)
    {
        if (kinds is null)
        {
            return;
        }

        writer.WriteStartArray("x-kubernetes-group-version-kind");
        kinds.ForEach(kind => kind.Write(writer));
        writer.WriteEndArray();
    }

    private void WriteDescription(string text) => WriteIfAny("description", text);

    private void WriteIfAny(string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            writer.WriteString(name, value);
        }
    }

    private void WriteFormatted(string type, string format)
    {
        writer.WriteString("type", type);
        writer.WriteString("format", format);
    }
}
