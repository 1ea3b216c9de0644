using System.Collections.Immutable;

namespace Crescent.NodeAgent.Runtimes;

/// <summary>A container to create. All references are resolved: nothing in here is looked up again.</summary>
internal sealed record ContainerConfig
{
    public required PodIdentity Pod { get; init; }
    public required string SandboxId { get; init; }
    public required string Name { get; init; }
    public required ContainerKind Kind { get; init; }

    /// <summary>How often this container was started before.</summary>
    public required int Attempt { get; init; }

    /// <summary>Seconds to wait when this instance ends before the next is started.</summary>
    public required int RestartDelaySeconds { get; init; }

    /// <summary>Image as the pod names it.</summary>
    public required string Image { get; init; }

    /// <summary>Id of the image on this node.</summary>
    public required string ImageId { get; init; }

    /// <summary>Replaces the image's entry point when not empty.</summary>
    public ImmutableArray<string> Command { get; init; } = [];

    /// <summary>Replaces the image's arguments when not empty; with a <see cref="Command"/> also when empty.</summary>
    public ImmutableArray<string> Arguments { get; init; } = [];

    /// <summary><c>NAME=value</c>.</summary>
    public ImmutableArray<string> Environment { get; init; } = [];

    public string WorkingDirectory { get; init; } = "";
    public ImmutableArray<MountConfig> Mounts { get; init; } = [];
    public bool Stdin { get; init; }
    public bool StdinOnce { get; init; }
    public bool Tty { get; init; }
    public ContainerResources Resources { get; init; } = new();
    public ContainerSecurity Security { get; init; } = new();
    public bool IsHostNetwork { get; init; }
    public bool IsHostIpc { get; init; }
    public bool IsHostPid { get; init; }
    public bool SharesProcesses { get; init; }

    /// <summary>Container whose processes this one sees; empty for none but its own.</summary>
    public string TargetId { get; init; } = "";

    public string TerminationMessagePath { get; init; } = "/dev/termination-log";
    public bool FallbackToLogs { get; init; }
    public long GraceSeconds { get; init; } = 30;
}
