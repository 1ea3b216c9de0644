using Crescent.NodeAgent.Networks.Links;

namespace Crescent.NodeAgent.Runtimes;

/// <summary>A sandbox as the engine sees it.</summary>
internal sealed record SandboxStatus
{
    public required string Id { get; init; }
    public required PodIdentity Pod { get; init; }
    public required int Attempt { get; init; }
    public required bool IsRunning { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Empty with the host's network, or when stopped.</summary>
    public string Address { get; init; } = "";

    /// <summary>How the agent attached it; null when the engine did.</summary>
    public PodLink? Link { get; init; }

    public bool IsHostNetwork { get; init; }
    public long GraceSeconds { get; init; } = 30;

    /// <summary>Process that owns the namespaces; 0 when unknown.</summary>
    public long ProcessId { get; init; }
}
