using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Crescent.Definitions;
using Crescent.Grains.Reconciling;
using Crescent.Identity;
using Crescent.Resources;
using Crescent.Watching;

namespace Crescent.Grains.Ownership;

/// <summary>Reads and rewrites owner references of stored objects.</summary>
internal static class OwnerReferences
{
    private static readonly ConditionalWeakTable<ResourceSnapshot, Holder> Known = [];

    /// <summary>Read once per state: every controller that routes a change asks.</summary>
    public static ImmutableArray<OwnerReference> Of(ResourceSnapshot snapshot) =>
        snapshot.OwnerUids.IsDefaultOrEmpty ? [] : Known.GetValue(snapshot, static state => new(Parse(state))).References;

    private static ImmutableArray<OwnerReference> Parse(ResourceSnapshot snapshot)
    {
        using var document = JsonDocument.Parse(snapshot.Body);
        var references = ImmutableArray.CreateBuilder<OwnerReference>();
        foreach (var item in document.RootElement.At("metadata", "ownerReferences").Items())
        {
            references.Add(new()
            {
                ApiVersion = item.At("apiVersion").Text() ?? "",
                Kind = item.At("kind").Text() ?? "",
                Name = item.At("name").Text() ?? "",
                Uid = item.At("uid").Text() ?? "",
                IsController = item.At("controller").IsTrue(),
                BlocksOwnerDeletion = item.At("blockOwnerDeletion").IsTrue(),
            });
        }

        return references.ToImmutable();
    }

    /// <summary>
    /// The owner a reference of an object in <paramref name="ns"/> means; null for kinds this server does not know. Namespaced owners are
    /// in the namespace of their dependents.
    /// </summary>
    public static ResourceKey? KeyOf(OwnerReference reference, string ns, ResourceCatalog catalog) =>
        reference.Name.Length > 0 && catalog.TryGetKind(reference.ApiVersion, reference.Kind, out var definition)
            ? new(definition.Type, definition.IsNamespaced ? ns : "", reference.Name)
            : null;

    /// <summary>The reference to <paramref name="uid"/> in the state after the change, or else before it.</summary>
    public static OwnerReference? Find(ResourceChange change, string uid) =>
        Of(change.Current).FirstOrDefault(reference => reference.Uid == uid)
        ?? (change.Previous is { } previous ? Of(previous).FirstOrDefault(reference => reference.Uid == uid) : null);

    /// <summary>
    /// A merge patch that leaves exactly <paramref name="references"/>; it replaces the list, so it needs the version as a precondition.
    /// </summary>
    public static JsonObject Patch(IEnumerable<JsonObject> references)
    {
        var array = new JsonArray();
        foreach (var reference in references)
        {
            array.Add((JsonNode)reference);
        }

        return new() { ["metadata"] = new JsonObject { ["ownerReferences"] = array.Count == 0 ? null : array } };
    }

    private sealed record Holder(ImmutableArray<OwnerReference> References);
}
