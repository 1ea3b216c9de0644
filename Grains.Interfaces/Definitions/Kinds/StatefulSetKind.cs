using System.Globalization;

namespace Crescent.Definitions.Kinds;

internal static class StatefulSetKind
{
    public static ResourceDefinition Definition { get; } = new()
    {
        Group = "apps",
        Version = "v1",
        Kind = "StatefulSet",
        Plural = "statefulsets",
        Singular = "statefulset",
        Scope = ResourceScope.Namespaced,
        SchemaType = "k8s.io.api.apps.v1.StatefulSet",
        ShortNames = ["sts"],
        Categories = ["all"],
        HasGeneration = true,
        Subresources =
        [
            new() { Name = "scale", Kind = "Scale", Group = "autoscaling", Version = "v1" },
            new() { Name = "status", Kind = "StatefulSet" },
        ],
        Columns =
        [
            Columns.Text("Ready", "Number of ready pods of the desired number.", static item => string.Create(
                CultureInfo.InvariantCulture, $"{item.Number("status", "readyReplicas")}/{item.Number("spec", "replicas")}")),
            Columns.Age,
            Columns.Containers,
            Columns.Images,
        ],
    };
}
