namespace Crescent.Definitions.Kinds;

internal static class ValidatingWebhookConfigurationKind
{
    public static ResourceDefinition Definition { get; } = new()
    {
        Group = "admissionregistration.k8s.io",
        Version = "v1",
        Kind = "ValidatingWebhookConfiguration",
        Plural = "validatingwebhookconfigurations",
        Singular = "validatingwebhookconfiguration",
        Scope = ResourceScope.Cluster,
        SchemaType = "k8s.io.api.admissionregistration.v1.ValidatingWebhookConfiguration",
        Categories = ["api-extensions"],
        HasGeneration = true,
        Columns =
        [
            Columns.Integer("Webhooks", "Number of webhooks.", static item => item.Items("webhooks").Count()),
            Columns.Age,
        ],
    };
}
