namespace Crescent.Definitions.Kinds;

internal static class DaemonSetKind
{
    public static ResourceDefinition Definition { get; } = new()
    {
        Group = "apps",
        Version = "v1",
        Kind = "DaemonSet",
        Plural = "daemonsets",
        Singular = "daemonset",
        Scope = ResourceScope.Namespaced,
        SchemaType = "k8s.io.api.apps.v1.DaemonSet",
        ShortNames = ["ds"],
        Categories = ["all"],
        HasGeneration = true,
        Subresources = [new() { Name = "status", Kind = "DaemonSet" }],
        Columns =
        [
            Columns.Integer("Desired", "Nodes that should run a pod.", static item => item.Number("status", "desiredNumberScheduled")),
            Columns.Integer("Current", "Nodes that run a pod and should.", static item => item.Number("status", "currentNumberScheduled")),
            Columns.Integer("Ready", "Nodes with a ready pod.", static item => item.Number("status", "numberReady")),
            Columns.Integer("Up-to-date", "Nodes with a pod of the present template.", static item => item.Number("status", "updatedNumberScheduled")),
            Columns.Integer("Available", "Nodes with a pod ready for at least minReadySeconds.", static item => item.Number("status", "numberAvailable")),
            Columns.Text("Node Selector", "Labels of the nodes.", static item => Columns.FormatLabels(item.Members("spec", "template", "spec", "nodeSelector"))),
            Columns.Age,
            Columns.Containers,
            Columns.Images,
            Columns.LabelSelector,
        ],
    };
}
