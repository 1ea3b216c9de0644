namespace Crescent.Definitions.Kinds;

internal static class PersistentVolumeKind
{
    public static ResourceDefinition Definition { get; } = new()
    {
        Group = "",
        Version = "v1",
        Kind = "PersistentVolume",
        Plural = "persistentvolumes",
        Singular = "persistentvolume",
        Scope = ResourceScope.Cluster,
        SchemaType = "k8s.io.api.core.v1.PersistentVolume",
        ShortNames = ["pv"],
        Subresources = [new() { Name = "status", Kind = "PersistentVolume" }],
        Columns =
        [
            Columns.Text("Capacity", "Size of the volume.", static item => item.Text("spec", "capacity", "storage")),
            Columns.Text("Access Modes", "How the volume may be mounted.", static item => AccessModes.Format(item.Items("spec", "accessModes"))),
            Columns.Text("Reclaim Policy", "What happens to a released volume.", static item => item.Text("spec", "persistentVolumeReclaimPolicy")),
            Columns.Text("Status", "Phase of the volume.", static item => item.Has("metadata", "deletionTimestamp") ? "Terminating" : item.Text("status", "phase")),
            Columns.Text("Claim", "The claim it is bound to.", static item => item.Has("spec", "claimRef") ? $"{item.Text("spec", "claimRef", "namespace")}/{item.Text("spec", "claimRef", "name")}" : ""),
            Columns.Text("StorageClass", "Class of the volume.", static item => item.Text("spec", "storageClassName")),
            Columns.Text("VolumeAttributesClass", "Attributes class of the volume.", static item => Columns.OrUnset(item.Text("spec", "volumeAttributesClassName"))),
            Columns.Text("Reason", "Why the volume is in its phase.", static item => item.Text("status", "reason")),
            Columns.Age,
            Columns.Text("VolumeMode", "Filesystem or Block.", static item => Columns.OrUnset(item.Text("spec", "volumeMode")), priority: 1),
        ],
    };
}
