namespace Crescent.Definitions.Kinds;

internal static class RuntimeClassKind
{
    public static ResourceDefinition Definition { get; } = new()
    {
        Group = "node.k8s.io",
        Version = "v1",
        Kind = "RuntimeClass",
        Plural = "runtimeclasses",
        Singular = "runtimeclass",
        Scope = ResourceScope.Cluster,
        SchemaType = "k8s.io.api.node.v1.RuntimeClass",
        Columns =
        [
            Columns.Text("Handler", "Runtime handler of the nodes.", static item => item.Text("handler")),
            Columns.Age,
        ],
    };
}
