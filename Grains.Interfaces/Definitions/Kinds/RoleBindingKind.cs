namespace Crescent.Definitions.Kinds;

internal static class RoleBindingKind
{
    public static ResourceDefinition Definition { get; } = new()
    {
        Group = "rbac.authorization.k8s.io",
        Version = "v1",
        Kind = "RoleBinding",
        Plural = "rolebindings",
        Singular = "rolebinding",
        Scope = ResourceScope.Namespaced,
        SchemaType = "k8s.io.api.rbac.v1.RoleBinding",
        Columns = RoleColumns.OfBinding,
    };
}
