namespace Crescent.Definitions.Kinds;

internal static class RoleKind
{
    public static ResourceDefinition Definition { get; } = new()
    {
        Group = "rbac.authorization.k8s.io",
        Version = "v1",
        Kind = "Role",
        Plural = "roles",
        Singular = "role",
        Scope = ResourceScope.Namespaced,
        SchemaType = "k8s.io.api.rbac.v1.Role",
        Columns = RoleColumns.OfRole,
    };
}
