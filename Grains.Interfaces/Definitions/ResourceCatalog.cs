using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Crescent.Identity;

namespace Crescent.Definitions;

/// <summary>All kinds this build serves.</summary>
public sealed partial class ResourceCatalog
{
    private readonly FrozenDictionary<ResourceType, ResourceDefinition> _byType;
    private readonly FrozenDictionary<(string Group, string Version, string Plural), ResourceDefinition> _byPath;
    private readonly FrozenDictionary<(string ApiVersion, string Kind), ResourceDefinition> _byKind;

    /// <exception cref="ArgumentException">Two definitions claim the same path or kind.</exception>
    public ResourceCatalog(IEnumerable<ResourceDefinition> definitions)
    {
        Definitions = [.. definitions];
        _byPath = Definitions.ToFrozenDictionary(definition => (definition.Group, definition.Version, definition.Plural));
        _byKind = Definitions.ToFrozenDictionary(definition => (definition.ApiVersion, definition.Kind));
        _byType = Definitions.DistinctBy(definition => definition.Type).ToFrozenDictionary(definition => definition.Type);
        Types = [.. Definitions.Select(static definition => definition.Type).Distinct()];
        NamespacedTypes = [.. Types.Where(type => _byType[type].IsNamespaced)];
    }

    /// <summary>In discovery order: core first, then the groups as Kubernetes orders them.</summary>
    public ImmutableArray<ResourceDefinition> Definitions { get; }

    /// <summary>Each type once, in discovery order.</summary>
    public ImmutableArray<ResourceType> Types { get; }

    /// <summary>Those of <see cref="Types"/> whose objects live in namespaces.</summary>
    public ImmutableArray<ResourceType> NamespacedTypes { get; }

    /// <summary>The storage version's definition of a type.</summary>
    public bool TryGet(ResourceType type, [NotNullWhen(true)] out ResourceDefinition? definition) => _byType.TryGetValue(type, out definition);

    /// <summary>By URL path segments.</summary>
    public bool TryGet(string group, string version, string plural, [NotNullWhen(true)] out ResourceDefinition? definition) =>
        _byPath.TryGetValue((group, version, plural), out definition);

    /// <summary>By apiVersion and kind, e.g. of an owner reference or a body.</summary>
    public bool TryGetKind(string apiVersion, string kind, [NotNullWhen(true)] out ResourceDefinition? definition) =>
        _byKind.TryGetValue((apiVersion, kind), out definition);

    /// <summary>The storage version's definition of a type that is known to be served.</summary>
    /// <exception cref="KeyNotFoundException">The type is not served.</exception>
    public ResourceDefinition this[ResourceType type] => _byType[type];
}
