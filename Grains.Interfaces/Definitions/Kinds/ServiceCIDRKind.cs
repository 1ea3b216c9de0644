namespace Crescent.Definitions.Kinds;

internal static class ServiceCIDRKind
{
    public static ResourceDefinition Definition { get; } = new()
    {
        Group = "networking.k8s.io",
        Version = "v1",
        Kind = "ServiceCIDR",
        Plural = "servicecidrs",
        Singular = "servicecidr",
        Scope = ResourceScope.Cluster,
        SchemaType = "k8s.io.api.networking.v1.ServiceCIDR",
        HasGeneration = true,
        Subresources = [new() { Name = "status", Kind = "ServiceCIDR" }],
        Columns =
        [
            Columns.Text("CIDRs", "Address ranges of services.", static item => string.Join(',', item.Items("spec", "cidrs").Select(static cidr => cidr.ToString()))),
            Columns.Age,
        ],
    };
}
