using Crescent.NodeAgent.Runtimes;
using k8s.Models;

namespace Crescent.NodeAgent.Pods;

/// <summary>Merges the security contexts of pod and container; the container's wins.</summary>
internal static class SecurityMapping
{
    /// <exception cref="ConfigurationException">The image would run as root though it must not.</exception>
    public static ContainerSecurity Of(V1Pod pod, V1Container container, ImageStatus image)
    {
        var forPod = pod.Spec.SecurityContext;
        var own = container.SecurityContext;
        var user = own?.RunAsUser ?? forPod?.RunAsUser;
        if ((own?.RunAsNonRoot ?? forPod?.RunAsNonRoot) == true)
        {
            CheckNotRoot(pod, container, image, user);
        }

        var groups = new List<long>(forPod?.SupplementalGroups?.Select(static group => group).OfType<long>() ?? []);
        if (forPod?.FsGroup is { } fsGroup)
        {
            groups.Add(fsGroup);
        }

        var profile = own?.SeccompProfile ?? forPod?.SeccompProfile;
        return new ContainerSecurity
        {
            RunAsUser = user,
            RunAsGroup = own?.RunAsGroup ?? forPod?.RunAsGroup,
            ExtraGroups = [.. groups],
            IsPrivileged = own?.Privileged ?? false,
            IsRootReadOnly = own?.ReadOnlyRootFilesystem ?? false,
            NoNewPrivileges = own?.AllowPrivilegeEscalation == false,
            SeccompUnconfined = profile?.Type is null or "Unconfined",
            AddedCapabilities = [.. own?.Capabilities?.Add ?? []],
            DroppedCapabilities = [.. own?.Capabilities?.Drop ?? []],
        };
    }

    private static void CheckNotRoot(V1Pod pod, V1Container container, ImageStatus image, long? user)
    {
        var where = $"(pod: \"{pod.Identity()}\", container: {container.Name})";
        if (user == 0)
        {
            throw new ConfigurationException($"container's runAsUser breaks non-root policy {where}");
        }

        if (user is not null)
        {
            return;
        }

        var name = image.User.Split(':')[0];
        if (name.Length == 0 || name == "0")
        {
            throw new ConfigurationException($"container has runAsNonRoot and image will run as root {where}");
        }

        if (!long.TryParse(name, out _))
        {
            throw new ConfigurationException($"container has runAsNonRoot and image has non-numeric user ({name}), cannot verify user is non-root {where}");
        }
    }
}
