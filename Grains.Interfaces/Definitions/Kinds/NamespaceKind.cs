namespace Crescent.Definitions.Kinds;

internal static class NamespaceKind
{
    public static ResourceDefinition Definition { get; } = new()
    {
        Group = "",
        Version = "v1",
        Kind = "Namespace",
        Plural = "namespaces",
        Singular = "namespace",
        Scope = ResourceScope.Cluster,
        SchemaType = "k8s.io.api.core.v1.Namespace",
        ShortNames = ["ns"],
        Verbs = ["create", "delete", "get", "list", "patch", "update", "watch"],
        Subresources =
        [
            new() { Name = "finalize", Kind = "Namespace", Verbs = ["update"] },
            new() { Name = "status", Kind = "Namespace" },
        ],
        SelectableFields = ["status.phase"],
        Columns =
        [
            Columns.Text("Status", "Active, or Terminating while its content is deleted.", static item => item.Text("status", "phase")),
            Columns.Age,
        ],
    };
}
