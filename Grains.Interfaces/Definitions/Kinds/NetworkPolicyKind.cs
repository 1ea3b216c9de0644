namespace Crescent.Definitions.Kinds;

internal static class NetworkPolicyKind
{
    public static ResourceDefinition Definition { get; } = new()
    {
        Group = "networking.k8s.io",
        Version = "v1",
        Kind = "NetworkPolicy",
        Plural = "networkpolicies",
        Singular = "networkpolicy",
        Scope = ResourceScope.Namespaced,
        SchemaType = "k8s.io.api.networking.v1.NetworkPolicy",
        ShortNames = ["netpol"],
        HasGeneration = true,
        Columns =
        [
            Columns.Text("Pod-Selector", "Pods the policy is for.", static item => Columns.FormatSelector(item.At("spec", "podSelector"))),
            Columns.Age,
        ],
    };
}
