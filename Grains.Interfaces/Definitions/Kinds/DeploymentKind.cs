using System.Globalization;

namespace Crescent.Definitions.Kinds;

internal static class DeploymentKind
{
    public static ResourceDefinition Definition { get; } = new()
    {
        Group = "apps",
        Version = "v1",
        Kind = "Deployment",
        Plural = "deployments",
        Singular = "deployment",
        Scope = ResourceScope.Namespaced,
        SchemaType = "k8s.io.api.apps.v1.Deployment",
        ShortNames = ["deploy"],
        Categories = ["all"],
        HasGeneration = true,
        Subresources =
        [
            new() { Name = "scale", Kind = "Scale", Group = "autoscaling", Version = "v1" },
            new() { Name = "status", Kind = "Deployment" },
        ],
        Columns =
        [
            Columns.Text("Ready", "Number of ready pods of the desired number.", static item => string.Create(
                CultureInfo.InvariantCulture, $"{item.Number("status", "readyReplicas")}/{item.Number("spec", "replicas")}")),
            Columns.Integer("Up-to-date", "Number of pods of the present template.", static item => item.Number("status", "updatedReplicas")),
            Columns.Integer("Available", "Number of pods ready for at least minReadySeconds.", static item => item.Number("status", "availableReplicas")),
            Columns.Age,
            Columns.Containers,
            Columns.Images,
            Columns.LabelSelector,
        ],
    };
}
