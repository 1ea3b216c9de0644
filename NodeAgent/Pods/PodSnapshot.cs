using System.Collections.Immutable;
using Crescent.NodeAgent.Probes;
using Crescent.NodeAgent.Runtimes;
using k8s.Models;

namespace Crescent.NodeAgent.Pods;

/// <summary>All that is known of one pod at one moment: what is asked for, what runs, what was tried.</summary>
internal sealed record PodSnapshot
{
    public required V1Pod Pod { get; init; }
    public required PodRuntime Runtime { get; init; }
    public required DateTimeOffset Now { get; init; }

    /// <summary>When this node first saw the pod.</summary>
    public required DateTimeOffset StartTime { get; init; }

    /// <summary>The pod is not (or no longer) assigned to this node: end it and clean up.</summary>
    public bool IsRemoved { get; init; }

    /// <summary>Starts that failed, by container name; the sandbox's under <see cref="SandboxName"/>.</summary>
    public ImmutableDictionary<string, StartFailure> Failures { get; init; } = ImmutableDictionary<string, StartFailure>.Empty;

    /// <summary>What is being done: key of the action → grace seconds of a kill, else 0.</summary>
    public ImmutableDictionary<string, long> InFlight { get; init; } = ImmutableDictionary<string, long>.Empty;

    /// <summary>Results of probes by container id.</summary>
    public ImmutableDictionary<string, ProbeOutcome> Probes { get; init; } = ImmutableDictionary<string, ProbeOutcome>.Empty;

    /// <summary>Messages that ended containers left, by container id.</summary>
    public ImmutableDictionary<string, string> TerminationMessages { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>What containers were last resized to, by container id: an engine that shows other figures is not asked again.</summary>
    public ImmutableDictionary<string, ContainerResources> Resized { get; init; } = ImmutableDictionary<string, ContainerResources>.Empty;

    /// <summary>What the pods of this node may use; null where nobody asks.</summary>
    public NodeAllowance? Allowance { get; init; }

    /// <summary>Why the pod cannot grow for now, see <see cref="NodeRoom"/>; null when it has what it asks for.</summary>
    public string? Crowding { get; init; }

    /// <summary>Why the node does not run it; null where it does.</summary>
    public Rejection? Rejection { get; init; }

    /// <summary>Until when the node waits whether the pod comes to fit; null once that is decided.</summary>
    public DateTimeOffset? UndecidedUntil { get; init; }

    /// <summary>Addresses last seen, kept when the sandbox is gone.</summary>
    public string LastAddress { get; init; } = "";

    public string HostAddress { get; init; } = "";

    /// <summary>Scheme of container ids.</summary>
    public string Scheme { get; init; } = "docker";

    public BackOffPolicy BackOff { get; init; } = BackOffPolicy.Default;

    /// <summary>Key of the sandbox in <see cref="Failures"/>; no container can have it.</summary>
    public const string SandboxName = "POD";

    public bool IsEnding => IsRemoved || Pod.Metadata.DeletionTimestamp is not null;

    public string RestartPolicy => Pod.Spec.RestartPolicy ?? "Always";

    public bool IsDeadlineExceeded =>
        Pod.Spec.ActiveDeadlineSeconds is { } seconds && Now - StartTime >= TimeSpan.FromSeconds(seconds);
}
