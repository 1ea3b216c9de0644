namespace Crescent.Definitions.Kinds;

internal static class VolumeAttachmentKind
{
    public static ResourceDefinition Definition { get; } = new()
    {
        Group = "storage.k8s.io",
        Version = "v1",
        Kind = "VolumeAttachment",
        Plural = "volumeattachments",
        Singular = "volumeattachment",
        Scope = ResourceScope.Cluster,
        SchemaType = "k8s.io.api.storage.v1.VolumeAttachment",
        Subresources = [new() { Name = "status", Kind = "VolumeAttachment" }],
        Columns =
        [
            Columns.Text("Attacher", "Driver that attaches.", static item => item.Text("spec", "attacher")),
            Columns.Text("PV", "Volume to attach.", static item => item.Text("spec", "source", "persistentVolumeName")),
            Columns.Text("Node", "Node to attach to.", static item => item.Text("spec", "nodeName")),
            Columns.Boolean("Attached", "Whether it is attached.", static item => item.Flag("status", "attached")),
            Columns.Age,
        ],
    };
}
