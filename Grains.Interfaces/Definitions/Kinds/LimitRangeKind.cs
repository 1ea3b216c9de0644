namespace Crescent.Definitions.Kinds;

internal static class LimitRangeKind
{
    public static ResourceDefinition Definition { get; } = new()
    {
        Group = "",
        Version = "v1",
        Kind = "LimitRange",
        Plural = "limitranges",
        Singular = "limitrange",
        Scope = ResourceScope.Namespaced,
        SchemaType = "k8s.io.api.core.v1.LimitRange",
        ShortNames = ["limits"],
        Columns =
        [
            Columns.CreatedAt,
        ],
    };
}
