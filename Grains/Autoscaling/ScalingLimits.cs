namespace Crescent.Grains.Autoscaling;

/// <summary>
/// How far the policies of <see href="https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#scaling-policies">behavior</see>
/// let the size change now.
/// </summary>
internal static class ScalingLimits
{
    public static int Highest(ScalingRules rules, int current, ScalingPast past, DateTimeOffset now)
    {
        if (rules.IsDisabled || rules.Policies.IsEmpty)
        {
            return current;
        }

        var limits = rules.Policies.Select(policy => past.SizeAt(now - policy.Period, current) is var start && policy.IsPercent
            ? (int)Math.Ceiling(start * (1 + (policy.Value / 100.0)))
            : start + policy.Value);
        return Math.Max(rules.Select == "Min" ? limits.Min() : limits.Max(), current);
    }

    public static int Lowest(ScalingRules rules, int current, ScalingPast past, DateTimeOffset now)
    {
        if (rules.IsDisabled || rules.Policies.IsEmpty)
        {
            return current;
        }

        var limits = rules.Policies.Select(policy => past.SizeAt(now - policy.Period, current) is var start && policy.IsPercent
            ? (int)(start * (1 - (policy.Value / 100.0)))
            : start - policy.Value);
        return Math.Min(rules.Select == "Min" ? limits.Max() : limits.Min(), current);
    }
}
