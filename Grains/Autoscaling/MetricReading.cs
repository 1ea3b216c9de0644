namespace Crescent.Grains.Autoscaling;

/// <summary>A goal with what was measured: the replicas it asks for, null with the reason when it cannot say.</summary>
internal sealed record MetricReading(MetricGoal Goal, int? Replicas, int? Utilization, long? Average, string Problem);
