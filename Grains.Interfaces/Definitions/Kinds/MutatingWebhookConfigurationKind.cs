namespace Crescent.Definitions.Kinds;

internal static class MutatingWebhookConfigurationKind
{
    public static ResourceDefinition Definition { get; } = new()
    {
        Group = "admissionregistration.k8s.io",
        Version = "v1",
        Kind = "MutatingWebhookConfiguration",
        Plural = "mutatingwebhookconfigurations",
        Singular = "mutatingwebhookconfiguration",
        Scope = ResourceScope.Cluster,
        SchemaType = "k8s.io.api.admissionregistration.v1.MutatingWebhookConfiguration",
        Categories = ["api-extensions"],
        HasGeneration = true,
        Columns =
        [
            Columns.Integer("Webhooks", "Number of webhooks.", static item => item.Items("webhooks").Count()),
            Columns.Age,
        ],
    };
}
