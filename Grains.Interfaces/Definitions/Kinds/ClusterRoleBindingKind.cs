namespace Crescent.Definitions.Kinds;

internal static class ClusterRoleBindingKind
{
    public static ResourceDefinition Definition { get; } = new()
    {
        Group = "rbac.authorization.k8s.io",
        Version = "v1",
        Kind = "ClusterRoleBinding",
        Plural = "clusterrolebindings",
        Singular = "clusterrolebinding",
        Scope = ResourceScope.Cluster,
        SchemaType = "k8s.io.api.rbac.v1.ClusterRoleBinding",
        Columns = RoleColumns.OfBinding,
    };
}
