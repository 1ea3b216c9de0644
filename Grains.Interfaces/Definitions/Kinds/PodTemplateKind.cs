namespace Crescent.Definitions.Kinds;

internal static class PodTemplateKind
{
    public static ResourceDefinition Definition { get; } = new()
    {
        Group = "",
        Version = "v1",
        Kind = "PodTemplate",
        Plural = "podtemplates",
        Singular = "podtemplate",
        Scope = ResourceScope.Namespaced,
        SchemaType = "k8s.io.api.core.v1.PodTemplate",
        HasGeneration = true,
        Columns =
        [
            Columns.TopContainers,
            Columns.TopImages,
            Columns.Text("Pod Labels", "Labels of the pods.", static item => Columns.FormatLabels(item.Members("template", "metadata", "labels"))),
        ],
    };
}
