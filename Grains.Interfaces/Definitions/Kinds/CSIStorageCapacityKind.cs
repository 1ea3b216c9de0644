namespace Crescent.Definitions.Kinds;

internal static class CSIStorageCapacityKind
{
    public static ResourceDefinition Definition { get; } = new()
    {
        Group = "storage.k8s.io",
        Version = "v1",
        Kind = "CSIStorageCapacity",
        Plural = "csistoragecapacities",
        Singular = "csistoragecapacity",
        Scope = ResourceScope.Namespaced,
        SchemaType = "k8s.io.api.storage.v1.CSIStorageCapacity",
        Columns =
        [
            Columns.Text("StorageClassName", "Class the capacity is of.", static item => item.Text("storageClassName")),
            Columns.Text("Capacity", "What is left.", static item => Columns.OrUnset(item.Text("capacity"))),
        ],
    };
}
