
namespace Crescent.Definitions.Kinds;

internal static class ReplicaSetKind
{
    public static ResourceDefinition Definition { get; } = new()
    {
        Group = "apps",
        Version = "v1",
        Kind = "ReplicaSet",
        Plural = "replicasets",
        Singular = "replicaset",
        Scope = ResourceScope.Namespaced,
        SchemaType = "k8s.io.api.apps.v1.ReplicaSet",
        ShortNames = ["rs"],
        Categories = ["all"],
        HasGeneration = true,
        Subresources =
        [
            new() { Name = "scale", Kind = "Scale", Group = "autoscaling", Version = "v1" },
            new() { Name = "status", Kind = "ReplicaSet" },
        ],
        SelectableFields = [SelectableField.Count("status.replicas")],
        Columns =
        [
            Columns.Integer("Desired", "Desired number of pods.", static item => item.Number("spec", "replicas")),
            Columns.Integer("Current", "Number of pods there are.", static item => item.Number("status", "replicas")),
            Columns.Integer("Ready", "Number of ready pods.", static item => item.Number("status", "readyReplicas")),
            Columns.Age,
            Columns.Containers,
            Columns.Images,
            Columns.LabelSelector,
        ],
    };
}
