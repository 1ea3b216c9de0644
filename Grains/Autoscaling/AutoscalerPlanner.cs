using System.Collections.Immutable;

namespace Crescent.Grains.Autoscaling;

/// <summary>
/// The size at which the metrics meet their goals, see
/// <see href="https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#algorithm-details">the algorithm</see>.
/// </summary>
internal static class AutoscalerPlanner
{
    /// <summary>Without a behavior it at most doubles, but may always reach four.</summary>
    private const int SmallestLimit = 4;

    /// <param name="autoscaler">The autoscaler.</param>
    /// <param name="current">Wanted pods of the target at present.</param>
    /// <param name="usage">Usage of its pods, per goal in order.</param>
    /// <param name="past">What it recommended and did lately.</param>
    /// <param name="now">The present.</param>
    public static AutoscalerPlan Plan(
        AutoscalerFacts autoscaler, int current, IReadOnlyList<IReadOnlyList<PodUsage>> usage, ScalingPast past, DateTimeOffset now)
    {
        if (current == 0)
        {
            return Still(0, [], ("True", "SucceededGetScale", "the HPA controller was able to get the target's current scale"),
                ("False", "ScalingDisabled", "scaling is disabled since the replica count of the target is zero"));
        }

        var readings = autoscaler.Goals.Select((goal, index) => Read(autoscaler, goal, usage[index], current)).ToImmutableArray();
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

        return Decide(autoscaler, current, readings, best, past, now);
    }

    private static AutoscalerPlan Decide(
        AutoscalerFacts autoscaler, int current, ImmutableArray<MetricReading> readings, MetricReading best, ScalingPast past, DateTimeOffset now)
    {
        var recommended = best.Replicas!.Value;
        var stable = Stabilize(autoscaler, current, recommended, past, now);
        var (wanted, limited) = Limit(autoscaler, current, stable, past, now);
        var what = best.Goal.Utilization is null ? $"{best.Goal.Resource} resource" : $"{best.Goal.Resource} resource utilization (percentage of request)";
        return new()
        {
            Desired = wanted,
            Recommended = recommended,
            Readings = readings,
            Why = wanted > current ? $"{what} above target" : "All metrics below target",
            AbleToScale = stable > recommended
                ? ("True", "ScaleDownStabilized", "recent recommendations were higher than current one, applying the highest recent recommendation")
                : stable < recommended
                ? ("True", "ScaleUpStabilized", "recent recommendations were lower than current one, applying the lowest recent recommendation")
                : ("True", "ReadyForNewScale", "recommended size matches current size"),
            ScalingActive = ("True", "ValidMetricFound", $"the HPA was able to successfully calculate a replica count from {what}"),
            ScalingLimited = limited,
        };
    }

    private static int Stabilize(AutoscalerFacts autoscaler, int current, int recommended, ScalingPast past, DateTimeOffset now)
    {
        var highest = past.RangeSince(now - autoscaler.Down.Window, recommended).Highest;
        return autoscaler.HasBehavior
            ? Math.Clamp(current, past.RangeSince(now - autoscaler.Up.Window, recommended).Lowest, highest)
            : highest;
    }

    /// <summary>Within the bounds of the spec, and not faster than allowed.</summary>
    private static (int Size, (string Status, string Reason, string Message) Why) Limit(
        AutoscalerFacts autoscaler, int current, int stable, ScalingPast past, DateTimeOffset now)
    {
        var highest = autoscaler.HasBehavior ? ScalingLimits.Highest(autoscaler.Up, current, past, now) : Math.Max(current * 2, SmallestLimit);
        var lowest = autoscaler.HasBehavior ? ScalingLimits.Lowest(autoscaler.Down, current, past, now) : 0;
        if (stable > Math.Min(highest, autoscaler.Max) && stable > current)
        {
            // The least that is asked for is not a question of speed.
            return highest < autoscaler.Max
                ? (Math.Max(highest, autoscaler.Min), ("True", "ScaleUpLimit", "the desired replica count is increasing faster than the maximum scale rate"))
                : (autoscaler.Max, ("True", "TooManyReplicas", "the desired replica count is more than the maximum replica count"));
        }

        if (stable < Math.Max(lowest, autoscaler.Min) && stable < current)
        {
            return lowest > autoscaler.Min
                ? (Math.Min(lowest, autoscaler.Max), ("True", "ScaleDownLimit", "the desired replica count is decreasing faster than the maximum scale rate"))
                : (autoscaler.Min, ("True", "TooFewReplicas", "the desired replica count is less than the minimum replica count"));
        }

        return stable < autoscaler.Min ? (autoscaler.Min, ("True", "TooFewReplicas", "the desired replica count is less than the minimum replica count"))
            : stable > autoscaler.Max ? (autoscaler.Max, ("True", "TooManyReplicas", "the desired replica count is more than the maximum replica count"))
            : (stable, ("False", "DesiredWithinRange", "the desired count is within the acceptable range"));
    }

    private static AutoscalerPlan Still(
        int size, ImmutableArray<MetricReading> readings, (string, string, string) able, (string, string, string) active) =>
        new() { Desired = size, Recommended = size, Readings = readings, AbleToScale = able, ScalingActive = active };

    private static MetricReading Read(AutoscalerFacts autoscaler, MetricGoal goal, IReadOnlyList<PodUsage> pods, int current)
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
        if (IsTolerable(ratio))
        {
            return new(goal, current, utilization, average, "");
        }

        var corrected = isComplete ? ratio : Correct(ratio, pods.Count, measured.Count);
        var replicas = (int)Math.Ceiling(corrected * pods.Count);
        return IsTolerable(corrected) || (ratio > 1) != (corrected > 1)
            || (corrected > 1 && replicas < current) || (corrected < 1 && replicas > current)
            ? new(goal, current, utilization, average, "")
            : new(goal, replicas, utilization, average, "");

        bool IsTolerable(double share) => share >= 1 - autoscaler.Down.Tolerance && share <= 1 + autoscaler.Up.Tolerance;

        MetricReading Unknown(string problem) => new(goal, null, null, null, problem);
    }

    /// <summary>Pods that say nothing count as idle when growing and as at their goal when shrinking, so that neither is overdone.</summary>
    private static double Correct(double ratio, int pods, int measured) =>
        (ratio > 1 ? ratio * measured : (ratio * measured) + pods - measured) / Math.Max(pods, 1);
}
