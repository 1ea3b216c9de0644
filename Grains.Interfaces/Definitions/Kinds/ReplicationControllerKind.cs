namespace Crescent.Definitions.Kinds;

internal static class ReplicationControllerKind
{
    public static ResourceDefinition Definition { get; } = new()
    {
        Group = "",
        Version = "v1",
        Kind = "ReplicationController",
        Plural = "replicationcontrollers",
        Singular = "replicationcontroller",
        Scope = ResourceScope.Namespaced,
        SchemaType = "k8s.io.api.core.v1.ReplicationController",
        ShortNames = ["rc"],
        Categories = ["all"],
        HasGeneration = true,
        Subresources =
        [
            new() { Name = "scale", Kind = "Scale", Group = "autoscaling", Version = "v1" },
            new() { Name = "status", Kind = "ReplicationController" },
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
            Columns.Text("Selector", "Labels of the pods.", static item => Columns.FormatLabels(item.Members("spec", "selector")), priority: 1),
        ],
    };
}
