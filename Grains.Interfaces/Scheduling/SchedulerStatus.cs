namespace Crescent.Scheduling;

/// <summary>A look into a scheduler, for operators and tests.</summary>
[GenerateSerializer, Immutable, Alias("scheduling.SchedulerStatus")]
public sealed class SchedulerStatus
{
    /// <summary>Nodes it knows.</summary>
    [Id(0)] public required int Nodes { get; init; }

    /// <summary>Pods that take room on nodes.</summary>
    [Id(1)] public required int PlacedPods { get; init; }

    /// <summary>Pods without a node: to be tried, backing off or parked.</summary>
    [Id(2)] public required int WaitingPods { get; init; }

    /// <summary>Waiting pods that no node would take at the last attempt.</summary>
    [Id(3)] public required int UnschedulablePods { get; init; }

    /// <summary>Bindings under way.</summary>
    [Id(4)] public required int Bindings { get; init; }
}
