namespace Crescent.Grains.Autoscaling;

/// <summary>How much may change within a period.</summary>
/// <param name="IsPercent"><see cref="Value"/> is a share of the pods at the start of the period, else a number of pods.</param>
/// <param name="Value">Pods or percent.</param>
/// <param name="Period">Time it holds for.</param>
internal readonly record struct ScalingPolicy(bool IsPercent, int Value, TimeSpan Period);
