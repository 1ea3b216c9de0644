namespace Crescent.Definitions.Kinds;

internal static class ConfigMapKind
{
    public static ResourceDefinition Definition { get; } = new()
    {
        Group = "",
        Version = "v1",
        Kind = "ConfigMap",
        Plural = "configmaps",
        Singular = "configmap",
        Scope = ResourceScope.Namespaced,
        SchemaType = "k8s.io.api.core.v1.ConfigMap",
        ShortNames = ["cm"],
        Columns =
        [
            new("Data", "string", "Number of entries.", static (item, _) => (long)(item.Members("data").Count() + item.Members("binaryData").Count())),
            Columns.Age,
        ],
    };
}
