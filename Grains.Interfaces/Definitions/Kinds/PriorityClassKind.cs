namespace Crescent.Definitions.Kinds;

internal static class PriorityClassKind
{
    public static ResourceDefinition Definition { get; } = new()
    {
        Group = "scheduling.k8s.io",
        Version = "v1",
        Kind = "PriorityClass",
        Plural = "priorityclasses",
        Singular = "priorityclass",
        Scope = ResourceScope.Cluster,
        SchemaType = "k8s.io.api.scheduling.v1.PriorityClass",
        ShortNames = ["pc"],
        HasGeneration = true,
        Columns =
        [
            Columns.Integer("Value", "Priority that pods of this class get.", static item => item.Number("value")),
            Columns.Boolean("Global-Default", "Whether pods without a class get this one.", static item => item.Flag("globalDefault")),
            Columns.Age,
            Columns.Text("PreemptionPolicy", "Whether pods of this class may preempt others.", static item => item.Text("preemptionPolicy")),
        ],
    };
}
