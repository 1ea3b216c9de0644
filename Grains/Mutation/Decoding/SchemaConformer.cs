using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Crescent.Schema;

namespace Crescent.Grains.Mutation.Decoding;

/// <summary>
/// Brings an object into the form its type prescribes: unknown members are pruned and noted, values of a wrong kind are an error,
/// what Kubernetes leaves out when empty is left out, quantities and times get their canonical text. Objects thus compare by content.
/// </summary>
internal sealed class SchemaConformer(SchemaCatalog catalog)
{
    private readonly List<object> _path = [];

    /// <summary>Paths of pruned members, e.g. <c>spec.containers[0].imagee</c>.</summary>
    public List<string> UnknownFields { get; } = [];

    /// <summary>The first mismatch in Go's wording, null when all is well.</summary>
    public string? Error { get; private set; }

    /// <summary>Conforms <paramref name="node"/> in place.</summary>
    public void Conform(JsonObject node, string typeName) => ConformObject(node, catalog[typeName]);

    private void ConformObject(JsonObject node, SchemaType type)
    {
        foreach (var (name, value) in node.ToArray())
        {
            if (!type.ByName.TryGetValue(name, out var field))
            {
                UnknownFields.Add(PathText(name));
                node.Remove(name);
                continue;
            }

            if (value is null)
            {
                node.Remove(name);
                continue;
            }

            _path.Add(name);
            var conformed = ConformField(value, field, type);
            _path.RemoveAt(_path.Count - 1);
            if (Error is not null)
            {
                return;
            }

            if (conformed is null)
            {
                node.Remove(name);
            }
            else if (!ReferenceEquals(conformed, value))
            {
                node[name] = conformed;
            }
        }
    }

    // Returns the value to keep: the same node, a new one, or null to leave the member out.
    private JsonNode? ConformField(JsonNode value, SchemaField field, SchemaType parent)
    {
        if (field.IsList)
        {
            if (value is not JsonArray items)
            {
                return Fail(value, parent, "[]" + GoType(field));
            }

            ConformItems(items, field, parent);
            return items.Count == 0 && field.IsOptional ? null : items;
        }

        if (field.IsMap)
        {
            if (value is not JsonObject map)
            {
                return Fail(value, parent, "map[string]" + GoType(field));
            }

            ConformMembers(map, field, parent);
            return map.Count == 0 && field.IsOptional ? null : map;
        }

        var conformed = ConformValue(value, field, parent);
        return conformed is not null && field is { IsOptional: true, IsNullable: false } && IsZero(conformed, field.Shape) ? null : conformed;
    }

    private void ConformItems(JsonArray items, SchemaField field, SchemaType parent)
    {
        for (var index = 0; index < items.Count && Error is null; index++)
        {
            _path.Add(index);
            var item = items[index] ?? (field.Shape == SchemaShape.Object ? new JsonObject() : Zero(field.Shape));
            var conformed = ConformValue(item, field, parent);
            if (!ReferenceEquals(conformed, items[index]))
            {
                items[index] = conformed;
            }

            _path.RemoveAt(_path.Count - 1);
        }
    }

    private void ConformMembers(JsonObject map, SchemaField field, SchemaType parent)
    {
        foreach (var (key, member) in map.ToArray())
        {
            if (Error is not null)
            {
                return;
            }

            _path.Add(key);
            JsonNode? conformed;
            if (field.IsListValue)
            {
                conformed = member is null ? new JsonArray() : member is JsonArray list ? list : Fail(member, parent, "[]" + GoType(field));
                if (conformed is JsonArray values)
                {
                    ConformItems(values, field, parent);
                }
            }
            else
            {
                conformed = ConformValue(member ?? (field.Shape == SchemaShape.Object ? new JsonObject() : Zero(field.Shape)), field, parent);
            }

            if (!ReferenceEquals(conformed, member))
            {
                map[key] = conformed;
            }

            _path.RemoveAt(_path.Count - 1);
        }
    }

    private JsonNode? ConformValue(JsonNode value, SchemaField field, SchemaType parent)
    {
        var kind = value.GetValueKind();
        switch (field.Shape)
        {
            case SchemaShape.Object:
                if (value is not JsonObject child)
                {
                    return Fail(value, parent, GoType(field));
                }

                if (catalog.TryGet(field.TypeName!, out var type))
                {
                    ConformObject(child, type);
                }

                return child;
            case SchemaShape.String:
                return kind == JsonValueKind.String ? value : Fail(value, parent, GoType(field));
            case SchemaShape.Bytes:
                return kind != JsonValueKind.String ? Fail(value, parent, "[]uint8")
                    : IsBase64(value.GetValue<string>()) ? value : FailWith($"illegal base64 data at input byte {FirstBadBase64(value.GetValue<string>())}");
            case SchemaShape.Boolean:
                return kind is JsonValueKind.True or JsonValueKind.False ? value : Fail(value, parent, "bool");
            case SchemaShape.Int32 or SchemaShape.Int64:
                return ConformInteger(value, field, parent);
            case SchemaShape.Double:
                return kind == JsonValueKind.Number ? value : Fail(value, parent, "float64");
            case SchemaShape.IntOrString:
                return kind == JsonValueKind.String ? value
                    : kind == JsonValueKind.Number && NodeReading.TryInteger(value.AsValue(), out var number) && number is >= int.MinValue and <= int.MaxValue
                        ? value : FailWith($"json: cannot unmarshal {GoKind(value)} into Go value of type int32");
            case SchemaShape.Quantity:
                return ConformQuantity(value);
            case SchemaShape.Time or SchemaShape.MicroTime:
                return ConformTime(value, field.Shape);
            case SchemaShape.Duration:
                return kind == JsonValueKind.String ? value : FailWith($"json: cannot unmarshal {GoKind(value)} into Go value of type string");
            default:
                return value;
        }
    }

    private JsonNode? ConformInteger(JsonNode value, SchemaField field, SchemaType parent)
    {
        var target = field.Shape == SchemaShape.Int32 ? "int32" : "int64";
        if (value.GetValueKind() != JsonValueKind.Number)
        {
            return Fail(value, parent, target);
        }

        if (NodeReading.TryInteger(value.AsValue(), out var number) && (field.Shape == SchemaShape.Int64 || number is >= int.MinValue and <= int.MaxValue))
        {
            return value;
        }

        // Kubernetes reads 3.0 and 1e3 as integers.
        return decimal.TryParse(value.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var exact)
            && exact == decimal.Truncate(exact) && exact is >= long.MinValue and <= long.MaxValue
            && (field.Shape == SchemaShape.Int64 || exact is >= int.MinValue and <= int.MaxValue)
                ? JsonValue.Create((long)exact)
                : Fail($"number {value.ToJsonString()}", parent, target);
    }

    private JsonNode? ConformQuantity(JsonNode value)
    {
        var kind = value.GetValueKind();
        var text = kind == JsonValueKind.String ? value.GetValue<string>() : kind == JsonValueKind.Number ? value.ToJsonString() : "";
        if (!QuantityText.TryCanonicalize(text, out var canonical))
        {
            return FailWith("quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'");
        }

        return kind == JsonValueKind.String && canonical == text ? value : JsonValue.Create(canonical);
    }

    private JsonNode? ConformTime(JsonNode value, SchemaShape shape)
    {
        if (value.GetValueKind() != JsonValueKind.String)
        {
            return FailWith($"json: cannot unmarshal {GoKind(value)} into Go value of type string");
        }

        var text = value.GetValue<string>();
        if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) || !text.Contains('T', StringComparison.Ordinal))
        {
            return FailWith($"parsing time \"{text}\" as \"2006-01-02T15:04:05Z07:00\": cannot parse \"{text}\" as \"2006\"");
        }

        var canonical = shape == SchemaShape.Time ? Timestamps.Format(time) : Timestamps.FormatMicro(time);
        return canonical == text ? value : JsonValue.Create(canonical);
    }

    private static bool IsZero(JsonNode value, SchemaShape shape) => shape switch
    {
        SchemaShape.String or SchemaShape.Bytes => value.GetValue<string>().Length == 0,
        SchemaShape.Boolean => value.GetValueKind() == JsonValueKind.False,
        SchemaShape.Int32 or SchemaShape.Int64 => value.ToJsonString() == "0",
        _ => false,
    };

    private static JsonNode Zero(SchemaShape shape) => shape switch
    {
        SchemaShape.Boolean => JsonValue.Create(false),
        SchemaShape.Int32 or SchemaShape.Int64 or SchemaShape.Double or SchemaShape.IntOrString => JsonValue.Create(0),
        SchemaShape.Quantity => JsonValue.Create("0"),
        _ => JsonValue.Create(""),
    };

    private static bool IsBase64(string text) => text.Length % 4 == 0 && System.Buffers.Text.Base64.IsValid(text);

    private static int FirstBadBase64(string text)
    {
        var index = text.AsSpan().IndexOfAnyExcept("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=");
        return index < 0 ? text.Length - (text.Length % 4) : index;
    }

    private JsonNode? Fail(JsonNode value, SchemaType parent, string target) => Fail(GoKind(value), parent, target);

    private JsonNode? Fail(string found, SchemaType parent, string target)
    {
        var path = string.Join('.', _path.OfType<string>());
        return FailWith($"json: cannot unmarshal {found} into Go struct field {parent.ShortName}.{path} of type {target}");
    }

    private JsonNode? FailWith(string error)
    {
        Error ??= error;
        return null;
    }

    private static string GoKind(JsonNode value) => value.GetValueKind() switch
    {
        JsonValueKind.String => "string",
        JsonValueKind.Number => "number",
        JsonValueKind.Object => "object",
        JsonValueKind.Array => "array",
        _ => "bool",
    };

    // Package and type as Go prints them: v1.PodSpec.
    private static string GoType(SchemaField field) => field.TypeName is { } name
        ? name[(name.LastIndexOf('.', name.LastIndexOf('.') - 1) + 1)..]
        : field.Shape switch { SchemaShape.Boolean => "bool", SchemaShape.Int32 => "int32", SchemaShape.Int64 => "int64", SchemaShape.Bytes => "[]uint8", _ => "string" };

    private string PathText(string last)
    {
        var text = new System.Text.StringBuilder();
        foreach (var step in _path)
        {
            if (step is int index)
            {
                text.Append('[').Append(index.ToString(CultureInfo.InvariantCulture)).Append(']');
            }
            else
            {
                text.Append(text.Length > 0 ? "." : "").Append(step);
            }
        }

        return text.Append(text.Length > 0 ? "." : "").Append(last).ToString();
    }
}
