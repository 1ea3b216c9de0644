namespace Crescent.Definitions.Kinds;

internal static class DeviceClassKind
{
    public static ResourceDefinition Definition { get; } = new()
    {
        Group = "resource.k8s.io",
        Version = "v1",
        Kind = "DeviceClass",
        Plural = "deviceclasses",
        Singular = "deviceclass",
        Scope = ResourceScope.Cluster,
        SchemaType = "k8s.io.api.resource.v1.DeviceClass",
        HasGeneration = true,
        Columns =
        [
            Columns.Age,
        ],
    };
}
