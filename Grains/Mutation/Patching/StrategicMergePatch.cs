using System.Text.Json.Nodes;
using Crescent.Schema;

namespace Crescent.Grains.Mutation.Patching;

/// <summary>
/// Kubernetes' <see href="https://kubernetes.io/docs/tasks/manage-kubernetes-objects/update-api-object-kubectl-patch/">strategic merge</see>:
/// a merge patch that knows from the type which lists merge by key, with directives for the rest.
/// </summary>
internal sealed class StrategicMergePatch
{
    private const string Directive = "$patch";
    private const string RetainKeys = "$retainKeys";
    private const string DeletePrefix = "$deleteFromPrimitiveList/";
    private const string OrderPrefix = "$setElementOrder/";

    private readonly SchemaCatalog _catalog;
    private string? _error;

    private StrategicMergePatch(SchemaCatalog catalog) => _catalog = catalog;

    /// <summary>The patched object, or null and what was wrong; the document is used up, the patch is not changed.</summary>
    public static JsonObject? Apply(JsonObject document, JsonObject patch, string typeName, SchemaCatalog catalog, out string? error)
    {
        var run = new StrategicMergePatch(catalog);
        catalog.TryGet(typeName, out var type);
        var result = run.MergeObject(document, patch, type);
        error = run._error;
        return error is null ? result : null;
    }

    // Owns and changes original; never changes patch.
    private JsonObject MergeObject(JsonObject original, JsonObject patch, SchemaType? type)
    {
        if (patch.TryGetPropertyValue(Directive, out var directive))
        {
            switch (directive.AsText())
            {
                case "replace":
                    return (JsonObject)WithoutDirectives(patch)!;
                case "delete":
                    return [];
                case "merge":
                    break;
                default:
                    _error ??= $"unknown patch type found in a map: {directive?.ToJsonString()}";
                    return original;
            }
        }

        Retain(original, patch);
        foreach (var (name, change) in patch)
        {
            if (_error is not null)
            {
                break;
            }

            if (name.StartsWith(DeletePrefix, StringComparison.Ordinal))
            {
                DeletePrimitives(original, name[DeletePrefix.Length..], change);
            }
            else if (!name.StartsWith('$'))
            {
                MergeMember(original, name, change, patch, type);
            }
            else if (name is not (Directive or RetainKeys) && !name.StartsWith(OrderPrefix, StringComparison.Ordinal))
            {
                _error ??= $"unknown directive {name}";
            }
        }

        foreach (var (name, order) in patch)
        {
            // An order alone, without changes to the list, still reorders it.
            if (name.StartsWith(OrderPrefix, StringComparison.Ordinal) && name[OrderPrefix.Length..] is var list && !patch.ContainsKey(list)
                && original[list] is JsonArray items && order is JsonArray)
            {
                var before = Detach(items);
                original[list] = Order(before, [], order.AsArray(), MergeKey(type, list), before);
            }
        }

        return original;
    }

    private void MergeMember(JsonObject original, string name, JsonNode? change, JsonObject patch, SchemaType? type)
    {
        if (change is null)
        {
            original.Remove(name);
            return;
        }

        var field = type is not null && type.ByName.TryGetValue(name, out var known) ? known : null;
        var strategies = field?.PatchStrategy?.Split(',') ?? [];
        switch (original[name], change)
        {
            case (JsonObject old, JsonObject changes) when !strategies.Contains("replace", StringComparer.Ordinal):
                var merged = MergeObject(old, changes, ChildType(field));
                if (!ReferenceEquals(merged, old))
                {
                    original[name] = merged;
                }

                break;
            case (JsonArray old, JsonArray changes) when strategies.Contains("merge", StringComparer.Ordinal):
                original[name] = MergeList(old, changes, patch[OrderPrefix + name] as JsonArray, field!);
                break;
            case (_, JsonArray changes) when strategies.Contains("merge", StringComparer.Ordinal):
                original[name] = MergeList([], changes, patch[OrderPrefix + name] as JsonArray, field!);
                break;
            default:
                original[name] = WithoutDirectives(change);
                break;
        }
    }

    // A map of objects (field.IsMap) has no type for the map itself; its members are merged as plain objects.
    private SchemaType? ChildType(SchemaField? field) =>
        field is { IsMap: false, Shape: SchemaShape.Object } && _catalog.TryGet(field.TypeName!, out var type) ? type : null;

    private static string MergeKey(SchemaType? type, string list) =>
        type is not null && type.ByName.TryGetValue(list, out var field) ? field.PatchMergeKey ?? "" : "";

    private void Retain(JsonObject original, JsonObject patch)
    {
        if (!patch.TryGetPropertyValue(RetainKeys, out var value))
        {
            return;
        }

        if (value is not JsonArray keys)
        {
            _error ??= "invalid patch format of retainKeys";
            return;
        }

        var kept = keys.Select(static key => key.AsText()).ToHashSet(StringComparer.Ordinal);
        if (patch.Any(member => !member.Key.StartsWith('$') && member.Value is not null && !kept.Contains(member.Key)))
        {
            _error ??= "invalid patch format of retainKeys: a changed field is not in the list";
            return;
        }

        foreach (var name in original.Select(static member => member.Key).Where(name => !kept.Contains(name)).ToList())
        {
            original.Remove(name);
        }
    }

    private void DeletePrimitives(JsonObject original, string name, JsonNode? change)
    {
        if (change is not JsonArray gone)
        {
            _error ??= "invalid patch format of primitive list";
        }
        else if (original[name] is JsonArray items)
        {
            original[name] = new JsonArray([.. items.Where(item => !Contains(gone, item)).Select(static item => item?.DeepClone())]);
        }
    }

    private JsonArray MergeList(JsonArray original, JsonArray patch, JsonArray? order, SchemaField field)
    {
        var before = Detach(original);
        if (field.Shape != SchemaShape.Object)
        {
            var added = patch.Where(item => IndexIn(before, item, "") < 0).Select(static item => item?.DeepClone());
            return Order([.. before, .. added], patch, order ?? patch, "", before);
        }

        var key = field.PatchMergeKey ?? "";
        var (merged, changes) = RunListDirectives(before, patch, key);
        foreach (var change in changes)
        {
            if (change[key] is not { } keyValue)
            {
                _error ??= $"map: {change.ToJsonString()} does not contain declared merge key: {key}";
                return original;
            }

            var index = merged.FindIndex(item => JsonNode.DeepEquals(item[key], keyValue));
            if (index >= 0)
            {
                merged[index] = MergeObject(merged[index], change, ChildType(field));
            }
            else
            {
                merged.Add((JsonObject)WithoutDirectives(change)!);
            }
        }

        return Order([.. merged], patch, order ?? patch, key, before);
    }

    private (List<JsonObject> Kept, List<JsonObject> Changes) RunListDirectives(List<JsonNode?> original, JsonArray patch, string key)
    {
        var kept = original.OfType<JsonObject>().ToList();
        var changes = new List<JsonObject>();
        var isReplacing = false;
        foreach (var item in patch)
        {
            if (item is not JsonObject change)
            {
                _error ??= "a list that merges by key holds an item that is not an object";
                break;
            }

            switch (change.Text(Directive))
            {
                case "":
                case "merge":
                    changes.Add(change);
                    break;
                case "replace":
                    isReplacing = true;
                    if (change.Count > 1)
                    {
                        changes.Add(change);
                    }

                    break;
                case "delete" when change[key] is { } keyValue:
                    kept.RemoveAll(old => JsonNode.DeepEquals(old[key], keyValue));
                    break;
                case "delete":
                    _error ??= $"delete patch type with no merge key defined: {key}";
                    break;
                default:
                    _error ??= $"unknown patch type found in a list: {change.Text(Directive)}";
                    break;
            }
        }

        return (isReplacing ? [] : kept, changes);
    }

    // Items the patch (or its order list) names stand in that order; the others keep their place relative to what they stood before.
    private static JsonArray Order(List<JsonNode?> items, JsonArray patch, JsonArray order, string key, List<JsonNode?> original)
    {
        var named = items.Where(item => IndexIn(order, item, key) >= 0 || IndexIn(patch, item, key) >= 0)
            .OrderBy(item => IndexIn(order, item, key) is >= 0 and var place ? place : int.MaxValue).ToList();
        var others = items.Where(item => !named.Contains(item)).ToList();
        var result = new JsonArray();
        var (left, right) = (0, 0);
        while (left < named.Count || right < others.Count)
        {
            if (right >= others.Count || (left < named.Count && StandsBefore(named[left], others[right])))
            {
                result.Add(named[left++]);
            }
            else
            {
                result.Add(others[right++]);
            }
        }

        return result;

        bool StandsBefore(JsonNode? first, JsonNode? second) =>
            IndexIn(original, first, key) is >= 0 and var firstPlace && IndexIn(original, second, key) is >= 0 and var secondPlace && firstPlace < secondPlace;
    }

    /// <summary>The items of a list, which are free to stand in another one; the list is left empty.</summary>
    private static List<JsonNode?> Detach(JsonArray list)
    {
        var items = list.ToList();
        list.Clear();
        return items;
    }

    private static int IndexIn(IList<JsonNode?> list, JsonNode? item, string key)
    {
        for (var index = 0; index < list.Count; index++)
        {
            var same = key.Length == 0
                ? JsonNode.DeepEquals(list[index], item)
                : JsonNode.DeepEquals((list[index] as JsonObject)?[key], (item as JsonObject)?[key]);
            if (same)
            {
                return index;
            }
        }

        return -1;
    }

    private static bool Contains(JsonArray list, JsonNode? item) => IndexIn(list, item, "") >= 0;

    private static JsonNode? WithoutDirectives(JsonNode? node) => node switch
    {
        JsonObject members => new JsonObject(members.Where(static member => !member.Key.StartsWith('$') && member.Value is not null)
            .Select(static member => KeyValuePair.Create(member.Key, WithoutDirectives(member.Value)))),
        JsonArray items => new JsonArray([.. items.Where(static item => (item as JsonObject).Text(Directive) != "delete").Select(WithoutDirectives)]),
        _ => node?.DeepClone(),
    };
}
