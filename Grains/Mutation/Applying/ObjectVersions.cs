using System.Text.Json.Nodes;
using Crescent.Definitions;
using Crescent.Grains.Mutation.Decoding;
using Crescent.Schema;

namespace Crescent.Grains.Mutation.Applying;

/// <summary>Objects of one kind as its versions show them: each entry of <c>managedFields</c> names fields of the version its client spoke.</summary>
internal sealed class ObjectVersions(ResourceDefinition stored)
{
    /// <summary>The version of that name; the stored one when the kind has none such.</summary>
    public ResourceDefinition Find(string apiVersion) =>
        apiVersion != stored.ApiVersion && ResourceCatalog.BuiltIn.TryGetKind(apiVersion, stored.Kind, out var version) && version.Type == stored.Type
            ? version
            : stored;

    public static SchemaType TypeOf(ResourceDefinition version) => SchemaCatalog.BuiltIn[version.SchemaType];

    /// <summary>A stored object as a version shows it; the object itself for the stored version.</summary>
    public static JsonObject Show(JsonObject item, ResourceDefinition version)
    {
        if (version.Conversion is null)
        {
            return item;
        }

        var shown = (JsonObject)item.DeepClone();
        version.Conversion.FromStored(shown);
        return shown;
    }

    /// <summary>Back into the stored form; without what a version shows although it is empty.</summary>
    public static JsonObject Store(JsonObject item, ResourceDefinition version)
    {
        if (version.Conversion is null)
        {
            return item;
        }

        var result = (JsonObject)item.DeepClone();
        new SchemaConformer(SchemaCatalog.BuiltIn).Conform(result, version.SchemaType);
        version.Conversion.ToStored(result);
        return result;
    }

    /// <summary>
    /// Lays a configuration over an object and takes out what its owner no longer applies, in the version in which he named it, except what
    /// other owners hold in theirs.
    /// </summary>
    /// <param name="live">The stored object; stays as it is.</param>
    /// <param name="applied">The configuration, in <paramref name="version"/>.</param>
    /// <param name="version">The version the client speaks.</param>
    /// <param name="last">What he applied before; null for the first time.</param>
    /// <param name="others">What all others own.</param>
    /// <returns>The new object in the stored form.</returns>
    public JsonObject Merge(JsonObject live, JsonObject applied, ResourceDefinition version, FieldManager? last, IEnumerable<FieldManager> others)
    {
        var merged = (JsonObject)Show(live, version).DeepClone();
        ApplyMerge.Merge(merged, applied, TypeOf(version));
        merged = Store(merged, version);
        if (last is null)
        {
            return merged;
        }

        var given = Store(applied, version);
        var kept = others.GroupBy(manager => Find(manager.ApiVersion)).ToDictionary(
            static group => group.Key, static group => group.Aggregate(new FieldSet(), static (all, manager) => all.Union(manager.Fields)));
        var lastVersion = Find(last.ApiVersion);
        foreach (var each in (ReadOnlySpan<ResourceDefinition>)[version, lastVersion])
        {
            kept[each] = kept.GetValueOrDefault(each, new()).Union(FieldSets.Of(FieldManagers.Owned(Show(given, each), last.Subresource), TypeOf(each)));
        }

        var pruned = Without(merged, lastVersion, last.Fields.Except(kept[lastVersion]), kept[lastVersion]);
        foreach (var (each, held) in kept.Where(entry => entry.Key != lastVersion))
        {
            var type = TypeOf(each);
            var keeps = FieldSets.Of(Show(pruned, each), type).Union(held);
            pruned = Without(merged, each, FieldSets.Of(Show(merged, each), type).Except(keeps), keeps);
        }

        return pruned;
    }

    private static JsonObject Without(JsonObject item, ResourceDefinition version, FieldSet gone, FieldSet kept)
    {
        if (gone.IsEmpty)
        {
            return item;
        }

        var result = (JsonObject)Show(item, version).DeepClone();
        ApplyMerge.Remove(result, gone, kept, TypeOf(version));
        return Store(result, version);
    }
}
