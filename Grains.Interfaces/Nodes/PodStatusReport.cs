using Crescent.Identity;

namespace Crescent.Nodes;

/// <summary>New status of one pod, as the node sees it.</summary>
[GenerateSerializer, Immutable, Alias("nodes.PodStatusReport")]
public sealed class PodStatusReport
{
    [Id(0)] public required ResourceKey Pod { get; init; }

    /// <summary>The report is dropped when the pod has another uid.</summary>
    [Id(1)] public required string Uid { get; init; }

    /// <summary>
    /// UTF-8 JSON of the whole <c>status</c> the agent answers for: phase, conditions (PodReadyToStartContainers, Initialized, Ready,
    /// ContainersReady), podIP, podIPs, hostIP, hostIPs, startTime, containerStatuses, initContainerStatuses, reason, message. Conditions
    /// of other owners (PodScheduled, DisruptionTarget) are kept by the server.
    /// </summary>
    [Id(2)] public required byte[] Status { get; init; }

    /// <summary>All containers have ended and everything is cleaned up: a pod with a deletionTimestamp is to be removed now.</summary>
    [Id(3)] public bool IsTerminated { get; init; }
}
