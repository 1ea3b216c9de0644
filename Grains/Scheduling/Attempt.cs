using Crescent.Grains.Scheduling.Preemption;
using Crescent.Grains.Scheduling.Queue;

namespace Crescent.Grains.Scheduling;

/// <summary>Outcome of one scheduling attempt: a node the pod is now assumed on, or a message why there is none.</summary>
internal sealed record Attempt(QueuedPod Queued, string? NodeName, string Message)
{
    /// <summary>Pods that have to go to make room; null when none should.</summary>
    public PreemptionPlan? Preemption { get; init; }
}
