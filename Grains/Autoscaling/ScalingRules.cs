using System.Collections.Immutable;
using System.Text.Json;
using Crescent.Grains.Reconciling;
using Crescent.Schema;

namespace Crescent.Grains.Autoscaling;

/// <summary>One direction of <c>spec.behavior</c>.</summary>
/// <param name="Window">How far back recommendations count: growing takes their lowest, shrinking their highest.</param>
/// <param name="Select"><c>Max</c> takes the policy that changes most, <c>Min</c> the one that changes least, <c>Disabled</c> forbids the direction.</param>
/// <param name="Policies">How fast it may go.</param>
/// <param name="Tolerance">Share by which the usage may miss its goal before anything changes.</param>
internal sealed record ScalingRules(TimeSpan Window, string Select, ImmutableArray<ScalingPolicy> Policies, double Tolerance)
{
    /// <summary>Deviations below a tenth are let be.</summary>
    private const double DefaultTolerance = 0.1;

    private const double Nano = 1e9;

    public bool IsDisabled => Select == "Disabled";

    public static ScalingRules Of(JsonElement rules, TimeSpan window) => new(
        rules.At("stabilizationWindowSeconds").Int() is { } seconds ? TimeSpan.FromSeconds(seconds) : window,
        rules.At("selectPolicy").Text() ?? "Max",
        [.. rules.At("policies").Items().Select(static policy => new ScalingPolicy(
            policy.At("type").ValueEqualsText("Percent"), policy.At("value").Int() ?? 0, TimeSpan.FromSeconds(policy.At("periodSeconds").Int() ?? 0)))],
        QuantityText.TryParseNano(rules.At("tolerance").Text() ?? "", out var tolerance) ? (double)tolerance / Nano : DefaultTolerance);
}
