using System.Collections.Immutable;

namespace Crescent.NodeAgent.Runtimes;

/// <summary>Sandboxes and containers of one pod, dead ones too.</summary>
internal sealed record PodRuntime(ImmutableArray<SandboxStatus> Sandboxes, ImmutableArray<ContainerStatus> Containers)
{
    public static PodRuntime Empty { get; } = new([], []);

    public bool IsEmpty => Sandboxes.IsEmpty && Containers.IsEmpty;

    /// <summary>The newest sandbox, running or not.</summary>
    public SandboxStatus? Sandbox => Sandboxes.MaxBy(static sandbox => sandbox.Attempt);

    public bool HasRunning => Containers.Any(static container => container.Phase == ContainerPhase.Running);

    /// <summary>The newest instance of a container.</summary>
    public ContainerStatus? Latest(string name) =>
        Containers.Where(container => container.Name == name).MaxBy(static container => container.Attempt);

    /// <summary>The instance before the newest.</summary>
    public ContainerStatus? Previous(string name) =>
        Containers.Where(container => container.Name == name).OrderByDescending(static container => container.Attempt).Skip(1).FirstOrDefault();

    public bool IsSameAs(PodRuntime other) =>
        Sandboxes.ToHashSet().SetEquals(other.Sandboxes) && Containers.ToHashSet().SetEquals(other.Containers);
}
