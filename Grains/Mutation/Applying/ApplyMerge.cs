using System.Text.Json.Nodes;
using Crescent.Schema;

namespace Crescent.Grains.Mutation.Applying;

/// <summary>Lays an applied configuration over an object, and takes out what is no longer applied.</summary>
internal static class ApplyMerge
{
    /// <summary>Changes <paramref name="target"/> in place.</summary>
    public static void Merge(JsonObject target, JsonObject applied, SchemaType? type)
    {
        foreach (var (name, value) in applied)
        {
            if (value is null)
            {
                continue;
            }

            var field = type is null ? null : type.ByName.GetValueOrDefault(name);
            switch (target[name], value)
            {
                case (JsonArray old, JsonArray items) when field is not null && FieldLayout.IsKeyedList(field):
                    MergeItems(old, items, field);
                    break;
                case (JsonArray old, JsonArray items) when field is not null && FieldLayout.IsSet(field):
                    foreach (var item in items.Where(item => !old.Any(other => other.SameAs(item))).ToList())
                    {
                        old.Add(item?.DeepClone());
                    }

                    break;
                case (JsonObject old, JsonObject child) when field is not null && FieldLayout.IsGranular(field):
                    Merge(old, child, field.IsMap ? null : FieldLayout.TypeOf(field));
                    break;
                default:
                    target[name] = value.DeepClone();
                    break;
            }
        }
    }

    /// <summary>Takes the members of <paramref name="gone"/> out, except what <paramref name="kept"/> still holds below them.</summary>
    public static void Remove(JsonObject target, FieldSet gone, FieldSet kept, SchemaType? type)
    {
        foreach (var (step, child) in gone.Children)
        {
            var name = step[2..];
            var field = type is null ? null : type.ByName.GetValueOrDefault(name);
            RemoveField(target, name, child, kept.Find(step) ?? new FieldSet(), field);
        }
    }

    private static void RemoveField(JsonObject target, string name, FieldSet gone, FieldSet kept, SchemaField? field)
    {
        switch (target[name])
        {
            case JsonArray items when field is not null && FieldLayout.IsKeyedList(field) && gone.Children.Any():
                foreach (var item in items.OfType<JsonObject>().ToList())
                {
                    var key = FieldLayout.KeyOf(item, field);
                    if (gone.Find(key) is not { } part)
                    {
                        continue;
                    }

                    if (part.IsMember && kept.Find(key) is null)
                    {
                        items.Remove(item);
                    }
                    else
                    {
                        Remove(item, part, kept.Find(key) ?? new FieldSet(), FieldLayout.TypeOf(field));
                    }
                }

                break;
            case JsonArray items when field is not null && FieldLayout.IsSet(field) && gone.Children.Any():
                foreach (var item in items.Where(item => gone.Find(FieldLayout.StepOf(item)) is not null && kept.Find(FieldLayout.StepOf(item)) is null).ToList())
                {
                    items.Remove(item);
                }

                break;
            case JsonObject child when gone.Children.Any():
                Remove(child, gone, kept, field is null or { IsMap: true } ? null : FieldLayout.TypeOf(field));
                if (child.Count == 0 && !kept.Children.Any())
                {
                    target.Remove(name);
                }

                break;
            default:
                if (gone.IsMember && kept.IsEmpty)
                {
                    target.Remove(name);
                }

                break;
        }
    }

    private static void MergeItems(JsonArray old, JsonArray items, SchemaField field)
    {
        foreach (var item in items.OfType<JsonObject>())
        {
            var key = FieldLayout.KeyOf(item, field);
            if (old.OfType<JsonObject>().FirstOrDefault(other => FieldLayout.KeyOf(other, field) == key) is { } existing)
            {
                Merge(existing, item, FieldLayout.TypeOf(field));
            }
            else
            {
                old.Add(item.DeepClone());
            }
        }
    }
}
