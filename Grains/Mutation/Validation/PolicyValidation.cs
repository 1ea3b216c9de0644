using System.Text.Json.Nodes;

namespace Crescent.Grains.Mutation.Validation;

/// <summary>PodDisruptionBudgets.</summary>
internal static class PolicyValidation
{
    public static void Budget(JsonObject budget, Problems problems)
    {
        var spec = budget.Object("spec");
        if (spec.Has("minAvailable") && spec.Has("maxUnavailable"))
        {
            problems.Invalid("spec", spec!.DeepClone(), "minAvailable and maxUnavailable cannot be both set");
        }

        Shares.ReadAtMostAll(spec, "minAvailable", "spec", problems);
        Shares.ReadAtMostAll(spec, "maxUnavailable", "spec", problems);
        SelectorValidation.Validate(spec.Object("selector"), "spec.selector", problems);
        problems.OneOf(spec, "unhealthyPodEvictionPolicy", "spec", "AlwaysAllow", "IfHealthyBudget");
    }
}
