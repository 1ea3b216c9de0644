using System.Globalization;
using System.Text.Json.Nodes;
using Crescent.Grains.Reconciling;

namespace Crescent.Grains.Autoscaling;

/// <summary>Computes the status patch of an autoscaler.</summary>
internal static class AutoscalerStatus
{
    /// <summary>A merge patch, or null when the status already says so.</summary>
    public static JsonObject? Patch(AutoscalerFacts autoscaler, AutoscalerPlan plan, int current, bool isScaled, DateTimeOffset now)
    {
        var status = autoscaler.View.At("status");
        var present = JsonNode.Parse(status.Exists() ? status.GetRawText() : "{}")!.AsObject();
        var metrics = new JsonArray();
        foreach (var reading in plan.Readings.Where(static reading => reading.Average is not null))
        {
            metrics.Add((JsonNode)Metric(reading));
        }

        var wanted = new JsonObject
        {
            ["currentReplicas"] = current, ["desiredReplicas"] = plan.Desired, ["currentMetrics"] = metrics.Count == 0 ? null : metrics,
            ["conditions"] = Conditions(present, plan, now),
        };
        if (isScaled)
        {
            wanted["lastScaleTime"] = now.ToKubernetesTime();
        }

        return wanted.All(member => JsonNode.DeepEquals(member.Value, present[member.Key])) ? null : new() { ["status"] = wanted };
    }

    private static JsonObject Metric(MetricReading reading)
    {
        var goal = reading.Goal;
        var current = new JsonObject
        {
            ["averageValue"] = goal.Resource == "cpu"
                ? string.Create(CultureInfo.InvariantCulture, $"{reading.Average}m")
                : reading.Average!.Value.ToString(CultureInfo.InvariantCulture),
        };
        if (reading.Utilization is { } utilization)
        {
            current["averageUtilization"] = utilization;
        }

        var source = new JsonObject { ["name"] = goal.Resource, ["current"] = current };
        if (goal.Container.Length > 0)
        {
            source["container"] = goal.Container;
        }

        return new() { ["type"] = goal.Type, [goal.Type == "ContainerResource" ? "containerResource" : "resource"] = source };
    }

    private static JsonArray Conditions(JsonObject present, AutoscalerPlan plan, DateTimeOffset now)
    {
        var conditions = new JsonArray();
        foreach (var (type, state) in ((string, (string Status, string Reason, string Message)?)[])[
            ("AbleToScale", plan.AbleToScale), ("ScalingActive", plan.ScalingActive), ("ScalingLimited", plan.ScalingLimited)])
        {
            if (state is not { } set)
            {
                continue;
            }

            var before = (present["conditions"] as JsonArray)?.FirstOrDefault(condition => (string?)condition?["type"] == type);
            conditions.Add((JsonNode)new JsonObject
            {
                ["type"] = type, ["status"] = set.Status,
                ["lastTransitionTime"] = (string?)before?["status"] == set.Status ? (string?)before["lastTransitionTime"] : now.ToKubernetesTime(),
                ["reason"] = set.Reason, ["message"] = set.Message,
            });
        }

        return conditions;
    }
}
