using System.Collections.Immutable;
using Crescent.NodeAgent.Networks;
using Crescent.NodeAgent.Networks.Links;

namespace Crescent.NodeAgent.Runtimes;

/// <summary>A sandbox to run: the network and IPC namespaces of one pod.</summary>
internal sealed record SandboxConfig
{
    public required PodIdentity Pod { get; init; }
    public required int Attempt { get; init; }
    public required string HostName { get; init; }

    /// <summary>Container network to attach to; empty with <see cref="IsHostNetwork"/>.</summary>
    public string Network { get; init; } = "";

    /// <summary>Set when the agent attaches the sandbox itself; the engine then only makes an empty network namespace.</summary>
    public PodLink? Link { get; init; }

    public bool IsHostNetwork { get; init; }
    public bool IsHostIpc { get; init; }
    public PodResolver? Resolver { get; init; }
    public ImmutableArray<PortMapping> Ports { get; init; } = [];

    /// <summary><c>host:address</c> lines of the pod's hosts file.</summary>
    public ImmutableArray<string> HostAliases { get; init; } = [];

    public ImmutableDictionary<string, string> Sysctls { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Grace period to stop the pod with when only the engine still knows of it.</summary>
    public long GraceSeconds { get; init; } = 30;
}
