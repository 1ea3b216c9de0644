namespace Crescent.Definitions.Kinds;

internal static class ResourceClaimTemplateKind
{
    public static ResourceDefinition Definition { get; } = new()
    {
        Group = "resource.k8s.io",
        Version = "v1",
        Kind = "ResourceClaimTemplate",
        Plural = "resourceclaimtemplates",
        Singular = "resourceclaimtemplate",
        Scope = ResourceScope.Namespaced,
        SchemaType = "k8s.io.api.resource.v1.ResourceClaimTemplate",
        HasGeneration = true,
        Columns =
        [
            Columns.Age,
        ],
    };
}
