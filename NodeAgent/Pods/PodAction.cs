using Crescent.NodeAgent.Runtimes;

namespace Crescent.NodeAgent.Pods;

/// <summary>Something to be done to a pod. Two actions with the same key are never done at the same time.</summary>
internal abstract record PodAction(string Key)
{
    public const string StartPrefix = "start:";
    public const string KillPrefix = "kill:";

    /// <summary>Makes the pod's network and IPC namespaces.</summary>
    internal sealed record CreateSandbox(int Attempt) : PodAction("sandbox");

    internal sealed record RemoveSandbox(string Id) : PodAction("remove:" + Id);

    internal sealed record StartContainer(string Name, ContainerKind Kind, int Attempt, int RestartDelaySeconds) : PodAction(StartPrefix + Name);

    /// <param name="Container">The container to end.</param>
    /// <param name="Reason">Message of the Killing event.</param>
    /// <param name="GraceSeconds">Time for its preStop hook and its own shutdown.</param>
    internal sealed record KillContainer(ContainerStatus Container, string Reason, long GraceSeconds) : PodAction(KillPrefix + Container.Id);

    /// <summary>Changes what a running container may use.</summary>
    internal sealed record ResizeContainer(ContainerStatus Container, ContainerResources Resources) : PodAction("resize:" + Container.Id);

    internal sealed record RemoveContainer(string Id) : PodAction("remove:" + Id);

    /// <summary>Removes everything of the pod from this node.</summary>
    internal sealed record CleanUp() : PodAction("cleanup");
}
