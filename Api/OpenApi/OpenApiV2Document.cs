using Crescent.Definitions;
using Crescent.Schema;

namespace Crescent.Api.OpenApi;

/// <summary>
/// The OpenAPI v2 document in protobuf, the only form kubectl reads: definitions of every type that is served, and per kind
/// one path whose PATCH tells which query parameters are understood. Field numbers are those of gnostic's <c>openapi.v2</c> package.
/// </summary>
internal sealed class OpenApiV2Document(SchemaCatalog schemas, FieldDescriptions descriptions)
{
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly Queue<string> _pending = new();

    public static byte[] Build(IReadOnlyCollection<ResourceDefinition> definitions, string version, FieldDescriptions descriptions) =>
        new OpenApiV2Document(SchemaCatalog.BuiltIn, descriptions).Build(definitions, version);

    private byte[] Build(IReadOnlyCollection<ResourceDefinition> definitions, string version)
    {
        var kinds = definitions.ToDictionary(static definition => definition.SchemaType, StringComparer.Ordinal);
        return new ProtoMessage()
            .Text(1, "2.0")
            .Message(2, info => info.Text(1, "Kubernetes").Text(2, $"v{version}"))
            .Message(8, paths =>
            {
                foreach (var definition in definitions.Where(static definition => definition.Verbs.Contains("patch")))
                {
                    paths.Message(2, path => WritePath(path, definition));
                }
            })
            .Message(9, output =>
            {
                foreach (var definition in definitions)
                {
                    Include(definition.SchemaType);
                }

                while (_pending.TryDequeue(out var name))
                {
                    output.Message(1, named => named.Text(1, SchemaNames.Of(name)).Message(2, schema => WriteDefinition(schema, name, kinds.GetValueOrDefault(name))));
                }
            })
            .ToArray();
    }

    private static void WritePath(ProtoMessage path, ResourceDefinition definition)
    {
        var root = definition.Group.Length == 0 ? $"/api/{definition.Version}" : $"/apis/{definition.Group}/{definition.Version}";
        var middle = definition.IsNamespaced ? "/namespaces/{namespace}" : string.Empty;
        path.Text(1, $"{root}{middle}/{definition.Plural}/{{name}}");
        path.Message(2, item => item.Message(8, operation =>
        {
            foreach (var parameter in OperationParameters.Patch)
            {
                operation.Message(8, entry => entry.Message(1, choice => choice.Message(2, nonBody => nonBody.Message(3, query => query
                    .Text(2, "query").Text(3, parameter.Description).Text(4, parameter.Name).Text(6, parameter.Type)))));
            }

            Extend(operation, 13, "x-kubernetes-group-version-kind", KindText(definition));
        }));
    }

    private void WriteDefinition(ProtoMessage schema, string name, ResourceDefinition? kind)
    {
        if (!schemas.TryGet(name, out var type) || type.Alias is not null)
        {
            WriteScalar(schema, name);
            return;
        }

        schema.Text(4, descriptions.OfType(name));
        foreach (var field in type.Fields.Where(static field => !field.IsOptional))
        {
            schema.Text(19, field.Name);
        }

        schema.Message(22, static item => item.Text(1, "object"));
        if (!type.Fields.IsEmpty || kind is not null)
        {
            schema.Message(25, properties => WriteProperties(properties, type, kind is not null));
        }

        if (kind is not null)
        {
            Extend(schema, 31, "x-kubernetes-group-version-kind", $"[{KindText(kind)}]");
        }
    }

    private void WriteProperties(ProtoMessage properties, SchemaType type, bool isKind)
    {
        if (isKind)
        {
            foreach (var name in (ReadOnlySpan<string>)["apiVersion", "kind"])
            {
                properties.Message(1, named => named.Text(1, name).Message(2, static schema => schema.Message(22, static item => item.Text(1, "string"))));
            }
        }

        foreach (var field in type.Fields.Where(field => !isKind || field.Name is not ("apiVersion" or "kind")))
        {
            properties.Message(1, named => named.Text(1, field.Name).Message(2, schema =>
            {
                schema.Text(4, descriptions.OfField(type.FullName, field.Name));
                WriteField(schema, field);
            }));
        }
    }

    private void WriteField(ProtoMessage schema, SchemaField field)
    {
        if (field.IsList)
        {
            WriteArray(schema, field);
            Extend(schema, field);
        }
        else if (field.IsMap)
        {
            schema.Message(22, static item => item.Text(1, "object"));
            schema.Message(21, additional => additional.Message(1, value =>
            {
                if (field.IsListValue)
                {
                    WriteArray(value, field);
                }
                else
                {
                    WriteValue(value, field);
                }
            }));
        }
        else
        {
            WriteValue(schema, field);
            Extend(schema, field);
        }

        if (field.Default is { } text)
        {
            schema.Message(5, value => value.Text(2, text));
        }
    }

    private void WriteArray(ProtoMessage schema, SchemaField field)
    {
        schema.Message(22, static item => item.Text(1, "array"));
        schema.Message(23, items => items.Message(1, item => WriteValue(item, field)));
    }

    private void WriteValue(ProtoMessage schema, SchemaField field)
    {
        var reference = field.Shape switch
        {
            SchemaShape.Object => field.TypeName,
            SchemaShape.Quantity => SchemaNames.Quantity,
            SchemaShape.IntOrString => SchemaNames.IntOrString,
            SchemaShape.Time => SchemaNames.Time,
            SchemaShape.MicroTime => SchemaNames.MicroTime,
            _ => null,
        };
        if (reference is not null)
        {
            Include(reference);
            schema.Text(1, $"#/definitions/{SchemaNames.Of(reference)}");
            return;
        }

        var (type, format) = field.Shape switch
        {
            SchemaShape.Boolean => ("boolean", ""),
            SchemaShape.Int32 => ("integer", "int32"),
            SchemaShape.Int64 => ("integer", "int64"),
            SchemaShape.Double => ("number", "double"),
            SchemaShape.Bytes => ("string", "byte"),
            SchemaShape.Object or SchemaShape.Raw => ("object", ""),
            _ => ("string", ""),
        };
        schema.Text(2, format);
        if (type == "string" && field.TypeName is not null && schemas.TryGet(field.TypeName, out var named))
        {
            foreach (var allowed in named.EnumValues)
            {
                schema.Message(20, value => value.Text(2, $"\"{allowed}\""));
            }
        }

        schema.Message(22, item => item.Text(1, type));
    }

    private static void WriteScalar(ProtoMessage schema, string name)
    {
        var (type, format) = name switch
        {
            SchemaNames.Quantity => ("string", ""),
            SchemaNames.IntOrString => ("string", "int-or-string"),
            SchemaNames.Time or SchemaNames.MicroTime => ("string", "date-time"),
            _ => ("object", ""),
        };
        schema.Text(2, format).Message(22, item => item.Text(1, type));
    }

    private static void Extend(ProtoMessage schema, SchemaField field)
    {
        foreach (var (name, value) in (ReadOnlySpan<(string, string?)>)
        [
            ("x-kubernetes-list-type", field.ListType), ("x-kubernetes-patch-merge-key", field.PatchMergeKey),
            ("x-kubernetes-patch-strategy", field.PatchStrategy),
        ])
        {
            if (value is not null)
            {
                Extend(schema, 31, name, $"\"{value}\"");
            }
        }

        if (!field.ListMapKeys.IsEmpty)
        {
            Extend(schema, 31, "x-kubernetes-list-map-keys", $"[{string.Join(',', field.ListMapKeys.Select(static key => $"\"{key}\""))}]");
        }
    }

    /// <summary>Extension values are YAML text; JSON is YAML.</summary>
    private static void Extend(ProtoMessage target, int field, string name, string yaml) =>
        target.Message(field, extension => extension.Text(1, name).Message(2, value => value.Text(2, yaml)));

    private static string KindText(ResourceDefinition definition) =>
        $"{{\"group\": \"{definition.Group}\", \"kind\": \"{definition.Kind}\", \"version\": \"{definition.Version}\"}}";

    private void Include(string fullName)
    {
        if (_known.Add(fullName))
        {
            _pending.Enqueue(fullName);
        }
    }
}
