namespace Crescent.Definitions.Kinds;

internal static class PersistentVolumeClaimKind
{
    public static ResourceDefinition Definition { get; } = new()
    {
        Group = "",
        Version = "v1",
        Kind = "PersistentVolumeClaim",
        Plural = "persistentvolumeclaims",
        Singular = "persistentvolumeclaim",
        Scope = ResourceScope.Namespaced,
        SchemaType = "k8s.io.api.core.v1.PersistentVolumeClaim",
        ShortNames = ["pvc"],
        Subresources = [new() { Name = "status", Kind = "PersistentVolumeClaim" }],
        Columns =
        [
            Columns.Text("Status", "Phase of the claim.", static item => item.Has("metadata", "deletionTimestamp") ? "Terminating" : item.Text("status", "phase")),
            Columns.Text("Volume", "The volume it is bound to.", static item => item.Text("spec", "volumeName")),
            Columns.Text("Capacity", "Size of the bound volume.", static item => item.Text("spec", "volumeName").Length == 0 ? "" : item.Text("status", "capacity", "storage")),
            Columns.Text("Access Modes", "How the volume may be mounted.", static item => item.Text("spec", "volumeName").Length == 0 ? "" : AccessModes.Format(item.Items("status", "accessModes"))),
            Columns.Text("StorageClass", "Class of the claim.", static item => item.Text("spec", "storageClassName")),
            Columns.Text("VolumeAttributesClass", "Attributes class of the claim.", static item => Columns.OrUnset(item.Text("spec", "volumeAttributesClassName"))),
            Columns.Age,
            Columns.Text("VolumeMode", "Filesystem or Block.", static item => Columns.OrUnset(item.Text("spec", "volumeMode")), priority: 1),
        ],
    };
}
