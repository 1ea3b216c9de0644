namespace Crescent.Definitions.Kinds;

internal static class VolumeAttributesClassKind
{
    public static ResourceDefinition Definition { get; } = new()
    {
        Group = "storage.k8s.io",
        Version = "v1",
        Kind = "VolumeAttributesClass",
        Plural = "volumeattributesclasses",
        Singular = "volumeattributesclass",
        Scope = ResourceScope.Cluster,
        SchemaType = "k8s.io.api.storage.v1.VolumeAttributesClass",
        ShortNames = ["vac"],
        Columns =
        [
            Columns.Text("DriverName", "Driver the parameters are for.", static item => item.Text("driverName")),
            Columns.Age,
        ],
    };
}
