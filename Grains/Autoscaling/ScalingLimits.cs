namespace Crescent.Grains.Autoscaling;

/// <summary>
/// How far the policies of <see href="https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#scaling-policies">behavior</see>
/// let the size change now.
/// </summary>
internal static class ScalingLimits
{
    public static int Highest(ScalingRules rules, int current, ScalingPast past, DateTimeOffset now) =>
        Math.Max(current, Limit(rules, current, past, now, isUp: true, static (start, policy) =>
            policy.IsPercent ? (int)Math.Ceiling(start * (1 + (policy.Value / 100.0))) : start + policy.Value));

    public static int Lowest(ScalingRules rules, int current, ScalingPast past, DateTimeOffset now) =>
        Math.Min(current, Limit(rules, current, past, now, isUp: false, static (start, policy) =>
            policy.IsPercent ? (int)(start * (1 - (policy.Value / 100.0))) : start - policy.Value));

    /// <summary>The size that the policies allow: of several the widest, or with <c>Min</c> the one that changes least.</summary>
    private static int Limit(ScalingRules rules, int current, ScalingPast past, DateTimeOffset now, bool isUp, Func<int, ScalingPolicy, int> reach)
    {
        if (rules.IsDisabled || rules.Policies.IsEmpty)
        {
            return current;
        }

        var limits = rules.Policies.Select(policy => reach(past.SizeAt(now - policy.Period, current), policy));
        return isUp == (rules.Select == "Min") ? limits.Min() : limits.Max();
    }
}
