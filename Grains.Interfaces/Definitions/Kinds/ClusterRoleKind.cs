namespace Crescent.Definitions.Kinds;

internal static class ClusterRoleKind
{
    public static ResourceDefinition Definition { get; } = new()
    {
        Group = "rbac.authorization.k8s.io",
        Version = "v1",
        Kind = "ClusterRole",
        Plural = "clusterroles",
        Singular = "clusterrole",
        Scope = ResourceScope.Cluster,
        SchemaType = "k8s.io.api.rbac.v1.ClusterRole",
        Columns = RoleColumns.OfRole,
    };
}
