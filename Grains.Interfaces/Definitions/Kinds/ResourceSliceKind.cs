namespace Crescent.Definitions.Kinds;

internal static class ResourceSliceKind
{
    public static ResourceDefinition Definition { get; } = new()
    {
        Group = "resource.k8s.io",
        Version = "v1",
        Kind = "ResourceSlice",
        Plural = "resourceslices",
        Singular = "resourceslice",
        Scope = ResourceScope.Cluster,
        SchemaType = "k8s.io.api.resource.v1.ResourceSlice",
        HasGeneration = true,
        SelectableFields = ["spec.nodeName", "spec.driver"],
        Columns =
        [
            Columns.Text("Node", "Node the devices are on.", static item => Columns.OrUnset(item.Text("spec", "nodeName"))),
            Columns.Text("Driver", "Driver of the devices.", static item => item.Text("spec", "driver")),
            Columns.Text("Pool", "Pool of the devices.", static item => item.Text("spec", "pool", "name")),
            Columns.Age,
        ],
    };
}
