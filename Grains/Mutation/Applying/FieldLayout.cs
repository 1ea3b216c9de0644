using System.Text.Json.Nodes;
using Crescent.Schema;

namespace Crescent.Grains.Mutation.Applying;

/// <summary>How server-side apply looks at a field: as one value, or as parts that may have different owners.</summary>
internal static class FieldLayout
{
    /// <summary>Items have owners of their own and are found by their keys.</summary>
    public static bool IsKeyedList(SchemaField field) => field is { IsList: true, ListType: "map", Shape: SchemaShape.Object };

    /// <summary>Scalar items have owners of their own.</summary>
    public static bool IsSet(SchemaField field) => field is { IsList: true, ListType: "set" };

    /// <summary>An object with known fields, or a map, whose members have owners of their own.</summary>
    public static bool IsGranular(SchemaField field) =>
        !field.IsList && !field.IsAtomic && (field.IsMap || field.Shape == SchemaShape.Object);

    public static SchemaType? TypeOf(SchemaField field) =>
        field.Shape == SchemaShape.Object && SchemaCatalog.BuiltIn.TryGet(field.TypeName!, out var type) ? type : null;

    /// <summary>The step that names an item: its keys with their defaults, in alphabetical order.</summary>
    public static string KeyOf(JsonObject item, SchemaField list)
    {
        var type = TypeOf(list);
        var keys = new JsonObject();
        foreach (var name in list.ListMapKeys.Order(StringComparer.Ordinal))
        {
            var value = item[name]?.DeepClone();
            if (value is null && type is not null && type.ByName.TryGetValue(name, out var field) && field.Default is { } text)
            {
                value = JsonNode.Parse(text);
            }

            if (value is not null)
            {
                keys[name] = value;
            }
        }

        return "k:" + keys.ToJsonString();
    }

    public static string StepOf(JsonNode? item) => "v:" + (item?.ToJsonString() ?? "null");
}
