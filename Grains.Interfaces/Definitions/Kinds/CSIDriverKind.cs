namespace Crescent.Definitions.Kinds;

internal static class CSIDriverKind
{
    public static ResourceDefinition Definition { get; } = new()
    {
        Group = "storage.k8s.io",
        Version = "v1",
        Kind = "CSIDriver",
        Plural = "csidrivers",
        Singular = "csidriver",
        Scope = ResourceScope.Cluster,
        SchemaType = "k8s.io.api.storage.v1.CSIDriver",
        Columns =
        [
            Columns.Boolean("AttachRequired", "Whether volumes are attached first.", static item => !item.Has("spec", "attachRequired") || item.Flag("spec", "attachRequired")),
            Columns.Boolean("PodInfoOnMount", "Whether mounts carry information of the pod.", static item => item.Flag("spec", "podInfoOnMount")),
            Columns.Boolean("StorageCapacity", "Whether capacity is considered in scheduling.", static item => item.Flag("spec", "storageCapacity")),
            Columns.Text("TokenRequests", "Audiences of tokens for mounts.", static item => Columns.OrUnset(string.Join(',', item.Items("spec", "tokenRequests").Select(static token => token.Text("audience"))))),
            Columns.Boolean("RequiresRepublish", "Whether mounts are repeated.", static item => item.Flag("spec", "requiresRepublish")),
            Columns.Text("Modes", "Kinds of volumes.", static item => Columns.OrNone(string.Join(',', item.Items("spec", "volumeLifecycleModes").Select(static mode => mode.ToString())))),
            Columns.Age,
        ],
    };
}
