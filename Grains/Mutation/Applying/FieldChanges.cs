using System.Text.Json.Nodes;
using Crescent.Schema;

namespace Crescent.Grains.Mutation.Applying;

/// <summary>What a write changed, found by walking both states side by side; what is equal costs no sets.</summary>
internal sealed class FieldChanges
{
    private FieldChanges()
    {
    }

    /// <summary>All fields that differ, those that are gone among them.</summary>
    public FieldSet All { get; } = new();

    /// <summary>Those that the new state has.</summary>
    public FieldSet Present { get; } = new();

    /// <summary>Whether the old state had, or may have had, a field that the new one has not.</summary>
    public bool HasRemovals { get; private set; }

    public static FieldChanges Between(JsonObject old, JsonObject item, string subresource, SchemaType? type)
    {
        var changes = new FieldChanges();
        foreach (var name in Names(old, item).Where(name => Ownable.IsMember(name, subresource)))
        {
            var (before, now) = (old[name], item[name]);
            if (name == "metadata")
            {
                var metadata = type?.ByName.GetValueOrDefault(name) is { } field ? FieldLayout.TypeOf(field) : null;
                foreach (var member in Names(before as JsonObject, now as JsonObject).Where(Ownable.IsMetadata))
                {
                    Compare((before as JsonObject)?[member], (now as JsonObject)?[member], metadata?.ByName.GetValueOrDefault(member), ["f:metadata", $"f:{member}"], changes);
                }
            }
            else
            {
                Compare(before, now, type?.ByName.GetValueOrDefault(name), [$"f:{name}"], changes);
            }
        }

        return changes;
    }

    private static void Compare(JsonNode? old, JsonNode? item, SchemaField? field, List<string> path, FieldChanges changes)
    {
        switch (old, item)
        {
            case (null, null):
                break;
            case (null, { } added):
                FieldSets.CollectField(added, field, changes.All.Ensure(path));
                FieldSets.CollectField(added, field, changes.Present.Ensure(path));
                break;
            case ({ } removed, null):
                changes.HasRemovals = true;
                var gone = changes.All.Ensure(path);
                gone.IsMember = true;
                FieldSets.CollectField(removed, field, gone);
                break;
            case (JsonArray { Count: > 0 } before, JsonArray { Count: > 0 } now) when field is not null && FieldLayout.IsKeyedList(field):
                CompareItems(before, now, field, path, changes);
                break;
            case (JsonArray { Count: > 0 } before, JsonArray { Count: > 0 } now) when field is not null && FieldLayout.IsSet(field):
                CompareSets(before, now, path, changes);
                break;
            case (JsonObject { Count: > 0 } before, JsonObject { Count: > 0 } now) when field is not null && FieldLayout.IsGranular(field):
                var type = field.IsMap ? null : FieldLayout.TypeOf(field);
                foreach (var name in Names(before, now))
                {
                    path.Add($"f:{name}");
                    Compare(before[name], now[name], type?.ByName.GetValueOrDefault(name), path, changes);
                    path.RemoveAt(path.Count - 1);
                }

                break;
            default:
                if (!item.SameAs(old))
                {
                    // Inside, an object or a list may have lost something.
                    changes.HasRemovals |= old is JsonObject or JsonArray;
                    FieldSets.CollectField(old!, field, changes.All.Ensure(path));
                    FieldSets.CollectField(item!, field, changes.All.Ensure(path));
                    FieldSets.CollectField(item!, field, changes.Present.Ensure(path));
                }

                break;
        }
    }

    private static void CompareItems(JsonArray old, JsonArray items, SchemaField field, List<string> path, FieldChanges changes)
    {
        if (items.SameAs(old))
        {
            return;
        }

        var type = FieldLayout.TypeOf(field);
        var (before, now) = (ByKey(old, field), ByKey(items, field));
        foreach (var key in before.Keys.Union(now.Keys, StringComparer.Ordinal))
        {
            path.Add(key);
            var (was, entry) = (before.GetValueOrDefault(key), now.GetValueOrDefault(key));
            foreach (var name in Names(was, entry))
            {
                path.Add($"f:{name}");
                Compare(was?[name], entry?[name], type?.ByName.GetValueOrDefault(name), path, changes);
                path.RemoveAt(path.Count - 1);
            }

            if (was is null || entry is null)
            {
                changes.HasRemovals |= entry is null;
                changes.All.Ensure(path).IsMember = true;
            }

            if (was is null)
            {
                changes.Present.Ensure(path).IsMember = true;
            }

            path.RemoveAt(path.Count - 1);
        }
    }

    private static void CompareSets(JsonArray old, JsonArray items, List<string> path, FieldChanges changes)
    {
        var before = old.Select(FieldLayout.StepOf).ToHashSet(StringComparer.Ordinal);
        var now = items.Select(FieldLayout.StepOf).ToHashSet(StringComparer.Ordinal);
        foreach (var step in before.Union(now, StringComparer.Ordinal).Where(step => !before.Contains(step) || !now.Contains(step)))
        {
            changes.All.Ensure(path).Ensure(step).IsMember = true;
            changes.HasRemovals |= !now.Contains(step);
            if (now.Contains(step))
            {
                changes.Present.Ensure(path).Ensure(step).IsMember = true;
            }
        }
    }

    private static Dictionary<string, JsonObject> ByKey(JsonArray items, SchemaField field)
    {
        var found = new Dictionary<string, JsonObject>(StringComparer.Ordinal);
        foreach (var item in items.OfType<JsonObject>())
        {
            found.TryAdd(FieldLayout.KeyOf(item, field), item);
        }

        return found;
    }

    private static IEnumerable<string> Names(JsonObject? old, JsonObject? item)
    {
        foreach (var (name, _) in item ?? [])
        {
            yield return name;
        }

        foreach (var (name, _) in old ?? [])
        {
            if (item?.ContainsKey(name) != true)
            {
                yield return name;
            }
        }
    }
}
