using System.Collections.Immutable;
using Crescent.Identity;
using Crescent.Resources;
using Crescent.Scheduling;

namespace Crescent.Grains.Scheduling.Framework;

/// <summary>What scheduling needs to know of a pod, read once from its snapshot.</summary>
internal sealed record PodInfo
{
    public required ResourceKey Key { get; init; }

    public required string Uid { get; init; }

    public ResourceVersion Version { get; init; }

    /// <summary>
    /// Pods with equal fingerprints (same namespace, labels, controller and spec) get the same answers from every plugin, so they share work.
    /// </summary>
    public required Guid Template { get; init; }

    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    public string? ControllerUid { get; init; }

    public DateTimeOffset CreationTimestamp { get; init; }

    /// <summary>Empty while not bound.</summary>
    public string NodeName { get; init; } = "";

    public string SchedulerName { get; init; } = "";

    public int Priority { get; init; }

    /// <summary>False for <c>preemptionPolicy: Never</c>.</summary>
    public bool MayPreempt { get; init; } = true;

    /// <summary>Node where room is being made for it; empty for none.</summary>
    public string NominatedNode { get; init; } = "";

    /// <summary>Succeeded or Failed: takes no room any more.</summary>
    public bool IsTerminal { get; init; }

    public bool IsDeleting { get; init; }

    /// <summary><c>spec.schedulingGates</c> is not empty.</summary>
    public bool IsGated { get; init; }

    public required ResourceAmounts Requests { get; init; }

    /// <summary>Requests with a floor of 100m CPU and 200 MB memory, so that pods without requests still spread.</summary>
    public required ResourceAmounts ScoringRequests { get; init; }

    public ImmutableArray<HostPort> HostPorts { get; init; } = [];

    public ImmutableArray<Toleration> Tolerations { get; init; } = [];

    public ImmutableArray<KeyValuePair<string, string>> NodeSelector { get; init; } = [];

    /// <summary>Required node affinity: one term must match; default when there is none.</summary>
    public ImmutableArray<NodeSelectorTerm> RequiredNodeTerms { get; init; }

    public ImmutableArray<WeightedNodeTerm> PreferredNodeTerms { get; init; } = [];

    public ImmutableArray<PodAffinityTerm> RequiredAffinity { get; init; } = [];

    public ImmutableArray<PodAffinityTerm> RequiredAntiAffinity { get; init; } = [];

    /// <summary>Positive weights attract, negative ones push away.</summary>
    public ImmutableArray<PodAffinityTerm> PreferredAffinity { get; init; } = [];

    public ImmutableArray<SpreadConstraint> SpreadConstraints { get; init; } = [];

    /// <summary>PersistentVolumeClaims it mounts.</summary>
    public ImmutableArray<string> Claims { get; init; } = [];

    public ImmutableArray<string> Images { get; init; } = [];

    /// <summary>The message of the PodScheduled=False condition it carries; null when it carries none.</summary>
    public string? UnschedulableMessage { get; init; }
}
