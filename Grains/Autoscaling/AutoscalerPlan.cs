using System.Collections.Immutable;

namespace Crescent.Grains.Autoscaling;

/// <summary>The size an autoscaler wants, and why.</summary>
internal sealed record AutoscalerPlan
{
    public required int Desired { get; init; }

    /// <summary>Before the window of the past was looked at.</summary>
    public required int Recommended { get; init; }

    public required ImmutableArray<MetricReading> Readings { get; init; }

    /// <summary>Says in an event why the size changes.</summary>
    public string Why { get; init; } = "";

    public required (string Status, string Reason, string Message) AbleToScale { get; init; }

    public required (string Status, string Reason, string Message) ScalingActive { get; init; }

    public (string Status, string Reason, string Message)? ScalingLimited { get; init; }
}
