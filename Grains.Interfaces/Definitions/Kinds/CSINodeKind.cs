namespace Crescent.Definitions.Kinds;

internal static class CSINodeKind
{
    public static ResourceDefinition Definition { get; } = new()
    {
        Group = "storage.k8s.io",
        Version = "v1",
        Kind = "CSINode",
        Plural = "csinodes",
        Singular = "csinode",
        Scope = ResourceScope.Cluster,
        SchemaType = "k8s.io.api.storage.v1.CSINode",
        Columns =
        [
            Columns.Integer("Drivers", "Number of drivers on the node.", static item => item.Items("spec", "drivers").Count()),
            Columns.Age,
        ],
    };
}
