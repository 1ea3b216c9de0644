namespace Crescent.Definitions.Kinds;

internal static class SecretKind
{
    public static ResourceDefinition Definition { get; } = new()
    {
        Group = "",
        Version = "v1",
        Kind = "Secret",
        Plural = "secrets",
        Singular = "secret",
        Scope = ResourceScope.Namespaced,
        SchemaType = "k8s.io.api.core.v1.Secret",
        SelectableFields = ["type"],
        Columns =
        [
            Columns.Text("Type", "Facilitates programmatic handling of secret data.", static item => item.Text("type")),
            new("Data", "string", "Number of entries.", static (item, _) => (long)item.Members("data").Count()),
            Columns.Age,
        ],
    };
}
