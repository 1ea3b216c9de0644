namespace Crescent.Definitions.Kinds;

internal static class ServiceAccountKind
{
    public static ResourceDefinition Definition { get; } = new()
    {
        Group = "",
        Version = "v1",
        Kind = "ServiceAccount",
        Plural = "serviceaccounts",
        Singular = "serviceaccount",
        Scope = ResourceScope.Namespaced,
        SchemaType = "k8s.io.api.core.v1.ServiceAccount",
        ShortNames = ["sa"],
        Subresources = [new() { Name = "token", Kind = "TokenRequest", Group = "authentication.k8s.io", Version = "v1", Verbs = ["create"] }],
        Columns =
        [
            new("Secrets", "string", "Number of secrets the account may use.", static (item, _) => (long)item.Items("secrets").Count()),
            Columns.Age,
        ],
    };
}
