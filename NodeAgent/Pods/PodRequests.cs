using k8s.Models;

namespace Crescent.NodeAgent.Pods;

/// <summary>What a pod's containers that run together ask of the node: cores, and bytes of memory.</summary>
internal readonly record struct PodRequests(decimal Cpu, decimal Memory)
{
    /// <summary>As the spec has them now.</summary>
    public static PodRequests Of(V1Pod pod) => new(
        pod.LastingContainers().Sum(static container => container.Asks("cpu")), pod.LastingContainers().Sum(static container => container.Asks("memory")));

    /// <summary>As they were last granted: what the status says was allocated, and what the spec asks for where it says nothing.</summary>
    public static PodRequests Granted(V1Pod pod) => new(Granted(pod, "cpu"), Granted(pod, "memory"));

    private static decimal Granted(V1Pod pod, string name) => pod.LastingContainers().Sum(container =>
        pod.StatusOf(container.Name)?.AllocatedResources is { } allocated
            ? allocated.TryGetValue(name, out var given) ? given.ToDecimal() : 0
            : container.Asks(name));
}
