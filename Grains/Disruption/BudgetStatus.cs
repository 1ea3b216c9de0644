using System.Text.Json.Nodes;
using Crescent.Grains.Reconciling;

namespace Crescent.Grains.Disruption;

/// <summary>Computes the status patch of a budget.</summary>
internal static class BudgetStatus
{
    private const string Condition = "DisruptionAllowed";

    /// <summary>A merge patch, or null when the status already says so.</summary>
    public static JsonObject? Patch(BudgetFacts budget, BudgetPlan plan, DateTimeOffset now)
    {
        var status = budget.View.At("status");
        var isAllowed = plan.Allowed > 0;
        var present = status.At("conditions").Condition(Condition);
        var isSameCondition = present.At("status").ValueEqualsText(isAllowed ? "True" : "False");
        if (isSameCondition && Number("expectedPods") == plan.Expected && Number("desiredHealthy") == plan.Desired
            && Number("currentHealthy") == plan.Healthy && Number("disruptionsAllowed") == plan.Allowed
            && (status.At("observedGeneration").Long() ?? 0) == budget.Generation && plan.Disrupted.Count == budget.Disrupted.Count)
        {
            return null;
        }

        var disrupted = new JsonObject();
        foreach (var name in budget.Disrupted.Keys.Where(name => !plan.Disrupted.ContainsKey(name)))
        {
            disrupted[name] = null;
        }

        var patch = new JsonObject
        {
            ["expectedPods"] = plan.Expected, ["desiredHealthy"] = plan.Desired, ["currentHealthy"] = plan.Healthy,
            ["disruptionsAllowed"] = plan.Allowed, ["observedGeneration"] = budget.Generation,
        };
        if (disrupted.Count > 0)
        {
            patch["disruptedPods"] = plan.Disrupted.IsEmpty ? null : disrupted;
        }

        if (!isSameCondition)
        {
            patch["conditions"] = new JsonArray((JsonNode)new JsonObject
            {
                ["type"] = Condition, ["status"] = isAllowed ? "True" : "False", ["reason"] = isAllowed ? "SufficientPods" : "InsufficientPods",
                ["message"] = "", ["observedGeneration"] = budget.Generation, ["lastTransitionTime"] = now.ToKubernetesTime(),
            });
        }

        return new() { ["status"] = patch };

        int? Number(string name) => status.At(name).Int();
    }
}
