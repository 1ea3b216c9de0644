using System.Text.Json.Nodes;
using Crescent.Schema;

namespace Crescent.Grains.Mutation.Applying;

/// <summary>Field sets of objects.</summary>
internal static class FieldSets
{
    /// <summary>Every field that stands in the object.</summary>
    public static FieldSet Of(JsonObject item, SchemaType? type)
    {
        var set = new FieldSet();
        Collect(item, type, set);
        return set;
    }

    /// <summary>Of the paths in <paramref name="set"/> those whose value differs between the two objects.</summary>
    public static FieldSet Different(JsonObject item, JsonObject old, SchemaType? type, FieldSet set)
    {
        var different = new FieldSet();
        AddDifferences(item, old, type, set, different);
        return different;
    }

    private static void Collect(JsonObject item, SchemaType? type, FieldSet set)
    {
        foreach (var (name, value) in item)
        {
            if (value is null)
            {
                continue;
            }

            var field = type is null ? null : type.ByName.GetValueOrDefault(name);
            CollectField(value, field, set.Ensure($"f:{name}"));
        }
    }

    /// <summary>Adds a field with all that is in it.</summary>
    public static void CollectField(JsonNode value, SchemaField? field, FieldSet at)
    {
        switch (value)
        {
            case JsonArray { Count: > 0 } items when field is not null && FieldLayout.IsKeyedList(field):
                foreach (var item in items.OfType<JsonObject>())
                {
                    var child = at.Ensure(FieldLayout.KeyOf(item, field));
                    child.IsMember = true;
                    Collect(item, FieldLayout.TypeOf(field), child);
                }

                break;
            case JsonArray { Count: > 0 } items when field is not null && FieldLayout.IsSet(field):
                foreach (var item in items)
                {
                    at.Ensure(FieldLayout.StepOf(item)).IsMember = true;
                }

                break;
            case JsonObject { Count: > 0 } map when field is { IsMap: true } && FieldLayout.IsGranular(field):
                foreach (var (key, member) in map)
                {
                    at.Ensure($"f:{key}").IsMember = member is not null;
                }

                break;
            case JsonObject { Count: > 0 } child when field is not null && FieldLayout.IsGranular(field):
                Collect(child, FieldLayout.TypeOf(field), at);
                break;
            default:
                at.IsMember = true;
                break;
        }
    }

    private static void AddDifferences(JsonObject item, JsonObject old, SchemaType? type, FieldSet set, FieldSet into)
    {
        foreach (var (step, child) in set.Children)
        {
            var name = step[2..];
            var field = type is null ? null : type.ByName.GetValueOrDefault(name);
            AddDifference(item[name], old[name], field, child, step, into);
        }
    }

    private static void AddDifference(JsonNode? value, JsonNode? oldValue, SchemaField? field, FieldSet set, string step, FieldSet into)
    {
        if (set.IsMember && set.Children.Count == 0 && !value.SameAs(oldValue))
        {
            into.Ensure(step).IsMember = true;
            return;
        }

        switch (value, oldValue)
        {
            case (JsonArray items, JsonArray oldItems) when field is not null && FieldLayout.IsKeyedList(field):
                foreach (var (key, child) in set.Children)
                {
                    if (Item(items, key, field) is { } item && Item(oldItems, key, field) is { } oldItem)
                    {
                        var nested = new FieldSet();
                        AddDifferences(item, oldItem, FieldLayout.TypeOf(field), child, nested);
                        Graft(into, step, key, nested);
                    }
                }

                break;
            case (JsonObject map, JsonObject oldMap) when field is { IsMap: true }:
                foreach (var (key, _) in set.Children.Where(entry => !map[entry.Key[2..]].SameAs(oldMap[entry.Key[2..]])))
                {
                    into.Ensure(step).Ensure(key).IsMember = true;
                }

                break;
            case (JsonObject child, JsonObject oldChild):
                var below = new FieldSet();
                AddDifferences(child, oldChild, field is null ? null : FieldLayout.TypeOf(field), set, below);
                foreach (var (key, found) in below.Children)
                {
                    Graft(into, step, key, found);
                }

                break;
        }
    }

    private static JsonObject? Item(JsonArray items, string key, SchemaField field) =>
        items.OfType<JsonObject>().FirstOrDefault(item => FieldLayout.KeyOf(item, field) == key);

    private static void Graft(FieldSet into, string step, string key, FieldSet found)
    {
        if (!found.IsEmpty)
        {
            into.Ensure(step).Ensure(key).Absorb(found);
        }
    }
}
