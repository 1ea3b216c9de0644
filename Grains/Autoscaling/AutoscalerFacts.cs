using System.Collections.Immutable;
using System.Text.Json;
using Crescent.Grains.Reconciling;
using Crescent.Resources;

namespace Crescent.Grains.Autoscaling;

/// <summary>A HorizontalPodAutoscaler as its planner reads it.</summary>
internal sealed class AutoscalerFacts
{
    /// <summary>How long the highest recommendation of the past holds a scale-down up when nothing else is said.</summary>
    private static readonly TimeSpan DownWindow = TimeSpan.FromMinutes(5);

    public required ResourceSnapshot Snapshot { get; init; }
    public required JsonElement View { get; init; }
    public required string TargetApiVersion { get; init; }
    public required string TargetKind { get; init; }
    public required string TargetName { get; init; }
    public required int Min { get; init; }
    public required int Max { get; init; }

    /// <summary>The spec says how fast to grow and shrink.</summary>
    public required bool HasBehavior { get; init; }

    public required ScalingRules Up { get; init; }

    public required ScalingRules Down { get; init; }

    public required ImmutableArray<MetricGoal> Goals { get; init; }

    public static AutoscalerFacts Of(ResourceSnapshot snapshot)
    {
        var view = snapshot.View();
        var spec = view.At("spec");
        return new()
        {
            Snapshot = snapshot,
            View = view,
            TargetApiVersion = spec.At("scaleTargetRef", "apiVersion").Text() ?? "apps/v1",
            TargetKind = spec.At("scaleTargetRef", "kind").Text() ?? "",
            TargetName = spec.At("scaleTargetRef", "name").Text() ?? "",
            Min = spec.At("minReplicas").Int() ?? 1,
            Max = spec.At("maxReplicas").Int() ?? 1,
            HasBehavior = spec.At("behavior").ValueKind == JsonValueKind.Object,
            Up = ScalingRules.Of(spec.At("behavior", "scaleUp"), TimeSpan.Zero),
            Down = ScalingRules.Of(spec.At("behavior", "scaleDown"), DownWindow),
            Goals = [.. spec.At("metrics").Items().Select(MetricGoal.Of)],
        };
    }
}
