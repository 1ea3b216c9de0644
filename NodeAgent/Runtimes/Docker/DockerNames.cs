using System.Globalization;

namespace Crescent.NodeAgent.Runtimes.Docker;

/// <summary>Container names in kubelet's manner. They are unique per attempt, so that two starts of the same one cannot both succeed.</summary>
internal static class DockerNames
{
    public static string Of(string node, SandboxConfig config) => Build(node, "POD", config.Pod, config.Attempt);

    public static string Of(string node, ContainerConfig config) => Build(node, config.Name, config.Pod, config.Attempt);

    private static string Build(string node, string container, PodIdentity pod, int attempt) => string.Create(
        CultureInfo.InvariantCulture, $"k8s_{container}_{pod.Name}_{pod.Namespace}_{pod.Uid}_{attempt}_{node}");
}
