using System.Collections.Immutable;

namespace Crescent.Grains.Autoscaling;

/// <summary>
/// The size at which the metrics meet their goals, see
/// <see href="https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#algorithm-details">the algorithm</see>.
/// </summary>
internal static class AutoscalerPlanner
{
    /// <summary>Deviations below a tenth are let be.</summary>
    private const double Tolerance = 0.1;

    /// <param name="autoscaler">The autoscaler.</param>
    /// <param name="current">Wanted pods of the target at present.</param>
    /// <param name="usage">Usage of its pods, per goal in order.</param>
    /// <param name="highest">Highest recommendation of the past window.</param>
    public static AutoscalerPlan Plan(AutoscalerFacts autoscaler, int current, IReadOnlyList<IReadOnlyList<PodUsage>> usage, int highest)
    {
        if (current == 0)
        {
            return Still(0, [], ("True", "SucceededGetScale", "the HPA controller was able to get the target's current scale"),
                ("False", "ScalingDisabled", "scaling is disabled since the replica count of the target is zero"));
        }

        var readings = autoscaler.Goals.Select((goal, index) => Read(goal, usage[index], current)).ToImmutableArray();
        var best = readings.Where(static reading => reading.Replicas is not null).MaxBy(static reading => reading.Replicas);
        var isBlind = readings.Any(static reading => reading.Replicas is null);
        if (best is null || (isBlind && best.Replicas < current))
        {
            var problem = readings.FirstOrDefault(static reading => reading.Replicas is null)?.Problem ?? "no metrics";
            var clamped = Math.Clamp(current, autoscaler.Min, autoscaler.Max);
            return Still(clamped, readings, ("True", "SucceededGetScale", "the HPA controller was able to get the target's current scale"),
                ("False", "FailedGetResourceMetric", $"the HPA was unable to compute the replica count: {problem}")) with
            {
                Why = clamped > current ? "Current number of replicas below Spec.MinReplicas" : "Current number of replicas above Spec.MaxReplicas",
            };
        }

        return Decide(autoscaler, current, readings, best, highest);
    }

    private static AutoscalerPlan Decide(
        AutoscalerFacts autoscaler, int current, ImmutableArray<MetricReading> readings, MetricReading best, int highest)
    {
        var recommended = best.Replicas!.Value;
        var stable = Math.Max(recommended, Math.Min(highest, current));
        var mostUp = Math.Max(current * 2, current + 4);
        var wanted = Math.Clamp(Math.Min(stable, Math.Max(mostUp, autoscaler.Min)), autoscaler.Min, autoscaler.Max);
        var limited = stable < autoscaler.Min ? ("True", "TooFewReplicas", "the desired replica count is less than the minimum replica count")
            : stable > autoscaler.Max ? ("True", "TooManyReplicas", "the desired replica count is more than the maximum replica count")
            : stable > mostUp ? ("True", "ScaleUpLimit", "the desired replica count is increasing faster than the maximum scale rate")
            : ("False", "DesiredWithinRange", "the desired count is within the acceptable range");
        var what = best.Goal.Utilization is null ? $"{best.Goal.Resource} resource" : $"{best.Goal.Resource} resource utilization (percentage of request)";
        return new()
        {
            Desired = wanted,
            Recommended = recommended,
            Readings = readings,
            Why = wanted > current ? $"{what} above target" : "All metrics below target",
            AbleToScale = stable > recommended
                ? ("True", "ScaleDownStabilized", "recent recommendations were higher than current one, applying the highest recent recommendation")
                : ("True", "ReadyForNewScale", "recommended size matches current size"),
            ScalingActive = ("True", "ValidMetricFound", $"the HPA was able to successfully calculate a replica count from {what}"),
            ScalingLimited = limited,
        };
    }

    private static AutoscalerPlan Still(
        int size, ImmutableArray<MetricReading> readings, (string, string, string) able, (string, string, string) active) =>
        new() { Desired = size, Recommended = size, Readings = readings, AbleToScale = able, ScalingActive = active };

    private static MetricReading Read(MetricGoal goal, IReadOnlyList<PodUsage> pods, int current)
    {
        if (!goal.IsMeasurable)
        {
            return Unknown($"unable to get {goal.Type} metric: no metrics are known for it");
        }

        var measured = pods.Where(static pod => pod.Use is not null).ToList();
        if (measured.Count == 0)
        {
            return Unknown($"failed to get {goal.Resource} utilization: unable to get metrics for resource {goal.Resource}: no metrics returned from resource metrics API");
        }

        if (goal.Utilization is not null && pods.FirstOrDefault(static pod => pod.Request == 0) is { Pod: { } silent })
        {
            return Unknown($"failed to get {goal.Resource} utilization: missing request for {goal.Resource} in container of Pod {silent}");
        }

        var use = measured.Sum(static pod => pod.Use!.Value);
        var average = use / measured.Count;
        var utilization = goal.Utilization is null ? (int?)null : (int)(use * 100 / measured.Sum(static pod => pod.Request));
        var ratio = goal.Utilization is { } wanted ? utilization!.Value / (double)wanted : average / (double)Math.Max(goal.Average ?? 1, 1);
        var isComplete = measured.Count == pods.Count && pods.All(static pod => pod.IsReady);
        if (Math.Abs(ratio - 1) <= Tolerance)
        {
            return new(goal, current, utilization, average, "");
        }

        var corrected = isComplete ? ratio : Correct(ratio, pods.Count, measured.Count);
        var replicas = (int)Math.Ceiling(corrected * pods.Count);
        return Math.Abs(corrected - 1) <= Tolerance || (ratio > 1) != (corrected > 1)
            || (corrected > 1 && replicas < current) || (corrected < 1 && replicas > current)
            ? new(goal, current, utilization, average, "")
            : new(goal, replicas, utilization, average, "");

        MetricReading Unknown(string problem) => new(goal, null, null, null, problem);
    }

    /// <summary>Pods that say nothing count as idle when growing and as at their goal when shrinking, so that neither is overdone.</summary>
    private static double Correct(double ratio, int pods, int measured) =>
        (ratio > 1 ? ratio * measured : (ratio * measured) + pods - measured) / Math.Max(pods, 1);
}
