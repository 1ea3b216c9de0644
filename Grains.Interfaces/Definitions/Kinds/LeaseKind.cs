namespace Crescent.Definitions.Kinds;

internal static class LeaseKind
{
    public static ResourceDefinition Definition { get; } = new()
    {
        Group = "coordination.k8s.io",
        Version = "v1",
        Kind = "Lease",
        Plural = "leases",
        Singular = "lease",
        Scope = ResourceScope.Namespaced,
        SchemaType = "k8s.io.api.coordination.v1.Lease",
        Columns =
        [
            Columns.Text("Holder", "Identity of the present holder.", static item => item.Text("spec", "holderIdentity")),
            Columns.Age,
        ],
    };
}
