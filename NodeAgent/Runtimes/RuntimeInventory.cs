using System.Collections.Immutable;

namespace Crescent.NodeAgent.Runtimes;

/// <summary>All that the engine holds for this node.</summary>
internal sealed record RuntimeInventory(ImmutableArray<SandboxStatus> Sandboxes, ImmutableArray<ContainerStatus> Containers)
{
    public static RuntimeInventory Empty { get; } = new([], []);
}
