using System.Collections.Immutable;

namespace Crescent.NodeAgent.Runtimes;

/// <summary>The merged security context of pod and container.</summary>
internal sealed record ContainerSecurity
{
    public long? RunAsUser { get; init; }
    public long? RunAsGroup { get; init; }
    public bool MustNotBeRoot { get; init; }
    public ImmutableArray<long> ExtraGroups { get; init; } = [];
    public bool IsPrivileged { get; init; }
    public bool IsRootReadOnly { get; init; }
    public bool NoNewPrivileges { get; init; }
    public bool SeccompUnconfined { get; init; }
    public ImmutableArray<string> AddedCapabilities { get; init; } = [];
    public ImmutableArray<string> DroppedCapabilities { get; init; } = [];
}
