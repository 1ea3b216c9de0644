using System.Text.Json;

namespace Crescent.Definitions.Kinds;

internal static class StorageClassKind
{
    public static ResourceDefinition Definition { get; } = new()
    {
        Group = "storage.k8s.io",
        Version = "v1",
        Kind = "StorageClass",
        Plural = "storageclasses",
        Singular = "storageclass",
        Scope = ResourceScope.Cluster,
        SchemaType = "k8s.io.api.storage.v1.StorageClass",
        ShortNames = ["sc"],
        HasNameColumn = false,
        Columns =
        [
            new("Name", "string", "Name must be unique within a namespace.", static (item, _) => Name(item), Format: "name"),
            Columns.Text("Provisioner", "Who makes the volumes.", static item => item.Text("provisioner")),
            Columns.Text("ReclaimPolicy", "What happens to released volumes.", static item => item.Text("reclaimPolicy") is { Length: > 0 } policy ? policy : "Delete"),
            Columns.Text("VolumeBindingMode", "When claims are bound.", static item => item.Text("volumeBindingMode") is { Length: > 0 } mode ? mode : "Immediate"),
            Columns.Boolean("AllowVolumeExpansion", "Whether volumes can grow.", static item => item.Flag("allowVolumeExpansion")),
            Columns.Age,
        ],
    };

    private static string Name(JsonElement item)
    {
        var isDefault = item.At("metadata", "annotations") is { ValueKind: JsonValueKind.Object } annotations
            && (annotations.Text("storageclass.kubernetes.io/is-default-class") == "true"
                || annotations.Text("storageclass.beta.kubernetes.io/is-default-class") == "true");
        return isDefault ? item.Text("metadata", "name") + " (default)" : item.Text("metadata", "name");
    }
}
