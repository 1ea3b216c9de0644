namespace Crescent.Definitions.Kinds;

internal static class PodDisruptionBudgetKind
{
    public static ResourceDefinition Definition { get; } = new()
    {
        Group = "policy",
        Version = "v1",
        Kind = "PodDisruptionBudget",
        Plural = "poddisruptionbudgets",
        Singular = "poddisruptionbudget",
        Scope = ResourceScope.Namespaced,
        SchemaType = "k8s.io.api.policy.v1.PodDisruptionBudget",
        ShortNames = ["pdb"],
        HasGeneration = true,
        Subresources = [new() { Name = "status", Kind = "PodDisruptionBudget" }],
        Columns =
        [
            Columns.Text("Min Available", "Pods that must stay.", static item => Columns.IntOrText(item.At("spec", "minAvailable"), "N/A")),
            Columns.Text("Max Unavailable", "Pods that may be missing.", static item => Columns.IntOrText(item.At("spec", "maxUnavailable"), "N/A")),
            Columns.Integer("Allowed Disruptions", "Pods that may be evicted now.", static item => item.Number("status", "disruptionsAllowed")),
            Columns.Age,
        ],
    };
}
