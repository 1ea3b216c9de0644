using System.Collections.Immutable;
using System.Text.Json;

namespace Crescent.Schema;

/// <summary>
/// Reads the embedded facts: <c>{ package: { Type: { fields: […] | alias, enum } } }</c>. Aliases are resolved here, so a
/// <see cref="SchemaField"/> tells its shape without another look-up.
/// </summary>
internal sealed class SchemaReader(JsonElement root)
{
    private const string Meta = "k8s.io.apimachinery.pkg.apis.meta.v1.";
    private const string Extensions = "k8s.io.apiextensions-apiserver.pkg.apis.apiextensions.v1.";

    private static readonly string[] AtomicTypes =
    [
        Meta + "LabelSelector", "k8s.io.api.core.v1.ConfigMapKeySelector", "k8s.io.api.core.v1.LocalObjectReference",
        "k8s.io.api.core.v1.NodeSelector", "k8s.io.api.core.v1.NodeSelectorTerm", "k8s.io.api.core.v1.ObjectFieldSelector",
        "k8s.io.api.core.v1.ObjectReference", "k8s.io.api.core.v1.ResourceFieldSelector", "k8s.io.api.core.v1.SecretKeySelector",
        "k8s.io.api.core.v1.SecretReference", "k8s.io.api.core.v1.TypedLocalObjectReference",
    ];

    private readonly Dictionary<string, JsonElement> _facts = Index(root);
    private readonly Dictionary<string, string> _interned = new(StringComparer.Ordinal);

    public IEnumerable<SchemaType> ReadAll() => _facts.Select(fact => ReadType(fact.Key, fact.Value)).ToList();

    private static Dictionary<string, JsonElement> Index(JsonElement root)
    {
        var facts = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var package in root.EnumerateObject())
        {
            foreach (var type in package.Value.EnumerateObject())
            {
                facts.Add($"{package.Name}.{type.Name}", type.Value);
            }
        }

        return facts;
    }

    private SchemaType ReadType(string fullName, JsonElement fact)
    {
        var fields = ImmutableArray.CreateBuilder<SchemaField>();
        var wire = ImmutableArray.CreateBuilder<SchemaField>();
        Spread(fact, fields, wire, nested: false);
        return new()
        {
            FullName = fullName,
            Fields = fields.ToImmutable(),
            WireFields = wire.ToImmutable(),
            Alias = fact.TryGetProperty("alias", out var alias) ? alias.GetString() : null,
            EnumValues = Strings(fact, "enum"),
        };
    }

    private void Spread(JsonElement fact, ImmutableArray<SchemaField>.Builder fields, ImmutableArray<SchemaField>.Builder wire, bool nested)
    {
        if (!fact.TryGetProperty("fields", out var declared))
        {
            return;
        }

        foreach (var item in declared.EnumerateArray())
        {
            if (item.TryGetProperty("inline", out _))
            {
                var name = item.GetProperty("type").GetString()!;
                if (_facts.TryGetValue(name, out var inlined))
                {
                    Spread(inlined, fields, wire, nested: true);
                    if (!nested && item.TryGetProperty("proto", out var number))
                    {
                        wire.Add(new()
                        {
                            Name = "", Number = number.GetInt32(), Shape = SchemaShape.Object, TypeName = Intern(name), IsInline = true,
                            IsOptional = true,
                        });
                    }
                }

                continue;
            }

            var field = ReadField(item, nested);
            fields.Add(field);
            if (field.Number > 0)
            {
                wire.Add(field);
            }
        }
    }

    private SchemaField ReadField(JsonElement item, bool nested)
    {
        var type = item.GetProperty("type").GetString()!;
        var (isList, isMap, isListValue, isWrappedList) = (false, false, false, false);
        while (true)
        {
            if (type.StartsWith("[]", StringComparison.Ordinal))
            {
                isListValue = isMap;
                isList = !isMap;
                type = type[2..];
            }
            else if (type.StartsWith("map[", StringComparison.Ordinal))
            {
                isMap = true;
                type = type[(type.IndexOf(']', StringComparison.Ordinal) + 1)..];
            }
            else if (ShapeOf(type) is null && _facts.TryGetValue(type, out var fact) && fact.TryGetProperty("alias", out var alias)
                && alias.GetString() is var target && target is not ("string" or "any" or "int"))
            {
                isWrappedList = !isMap && !isList && target == "[]string";
                type = target!;
            }
            else
            {
                break;
            }
        }

        var shape = ShapeOf(type) ?? (IsNamedString(type) ? SchemaShape.String : _facts.ContainsKey(type) ? SchemaShape.Object : SchemaShape.Raw);
        return new()
        {
            Name = Intern(item.GetProperty("json").GetString()!),
            Number = !nested && item.TryGetProperty("proto", out var number) ? number.GetInt32() : 0,
            Shape = shape,
            TypeName = type.Contains('.', StringComparison.Ordinal) ? Intern(type) : null,
            IsList = isList,
            IsMap = isMap,
            IsListValue = isListValue,
            IsWrappedList = isWrappedList,
            IsOptional = Flag(item, "optional"),
            IsNullable = Flag(item, "pointer"),
            IsAtomic = Text(item, "mapType") == "atomic" || Text(item, "structType") == "atomic"
                || (shape == SchemaShape.Object && !isList && !isMap && AtomicTypes.Contains(type, StringComparer.Ordinal)),
            PatchStrategy = Text(item, "patchStrategy"),
            PatchMergeKey = Text(item, "patchMergeKey"),
            ListType = Text(item, "listType"),
            ListMapKeys = Strings(item, "listMapKeys"),
            Default = item.TryGetProperty("default", out var text) ? DefaultText(text.GetString()!) : null,
        };
    }

    private bool IsNamedString(string type) =>
        _facts.TryGetValue(type, out var fact)
            ? fact.TryGetProperty("alias", out var alias) && alias.GetString() == "string"
            : type.StartsWith("k8s.io.apimachinery.pkg.types.", StringComparison.Ordinal);

    // A default given as a reference to a named constant is not JSON and is left to the defaulters.
    private static string? DefaultText(string text) => text.StartsWith("ref(", StringComparison.Ordinal) ? null : text;

    private static SchemaShape? ShapeOf(string type) => type switch
    {
        "string" => SchemaShape.String,
        "bool" => SchemaShape.Boolean,
        "int32" or "int" => SchemaShape.Int32,
        "int64" => SchemaShape.Int64,
        "float64" => SchemaShape.Double,
        "bytes" => SchemaShape.Bytes,
        "any" => SchemaShape.Raw,
        Meta + "Time" or "time.Time" => SchemaShape.Time,
        Meta + "MicroTime" => SchemaShape.MicroTime,
        Meta + "Duration" or "time.Duration" => SchemaShape.Duration,
        Meta + "FieldsV1" or "k8s.io.apimachinery.pkg.runtime.RawExtension" => SchemaShape.Raw,
        Extensions + "JSON" or Extensions + "JSONSchemaPropsOrArray" or Extensions + "JSONSchemaPropsOrBool"
            or Extensions + "JSONSchemaPropsOrStringArray" => SchemaShape.Raw,
        "k8s.io.apimachinery.pkg.util.intstr.IntOrString" => SchemaShape.IntOrString,
        "k8s.io.apimachinery.pkg.api.resource.Quantity" => SchemaShape.Quantity,
        _ => null,
    };

    private static bool Flag(JsonElement item, string name) => item.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;

    private string? Text(JsonElement item, string name) => item.TryGetProperty(name, out var value) ? Intern(value.GetString()!) : null;

    private static ImmutableArray<string> Strings(JsonElement item, string name) =>
        item.TryGetProperty(name, out var values) ? [.. values.EnumerateArray().Select(static value => value.GetString()!)] : [];

    private string Intern(string text)
    {
        if (!_interned.TryGetValue(text, out var interned))
        {
            _interned.Add(text, interned = text);
        }

        return interned;
    }
}
