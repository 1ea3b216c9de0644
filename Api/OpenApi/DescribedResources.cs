using Crescent.Api.Discovery;
using Crescent.Api.Dispatching;
using Crescent.Definitions;
using Crescent.Schema;

namespace Crescent.Api.OpenApi;

/// <summary>What the OpenAPI documents speak of: the stored kinds, and what is answered on the spot as far as its type is known.</summary>
internal sealed class DescribedResources(ResourceCatalog catalog, IEnumerable<IVirtualResource> virtuals)
{
    public IReadOnlyList<ResourceDefinition> All { get; } =
        [.. catalog.Definitions, .. virtuals.Where(static item => item.IsDiscovered).Select(static item => Describe(item.Resource)).OfType<ResourceDefinition>().OrderBy(static item => item.Plural, StringComparer.Ordinal)];

    private static ResourceDefinition? Describe(ServedResource resource) => SchemaCatalog.BuiltIn.TryGetKind(resource.GroupVersion, resource.Kind, out var type)
        ? new()
        {
            Group = resource.Group, Version = resource.Version, Kind = resource.Kind, Plural = resource.Plural, Singular = resource.Singular,
            Scope = resource.IsNamespaced ? ResourceScope.Namespaced : ResourceScope.Cluster, SchemaType = type.FullName, Verbs = resource.Verbs,
            Subresources = resource.Subresources,
        }
        : null;
}
