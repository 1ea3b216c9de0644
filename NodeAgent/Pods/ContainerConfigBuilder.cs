using System.Collections.Immutable;
using Crescent.NodeAgent.Assignments;
using Crescent.NodeAgent.Pods.Variables;
using Crescent.NodeAgent.Runtimes;
using Crescent.NodeAgent.Volumes;
using k8s.Models;

namespace Crescent.NodeAgent.Pods;

/// <summary>Turns a container of a pod into what the engine is told. Pure, given its inputs.</summary>
internal sealed class ContainerConfigBuilder(IServiceDirectory services, INodeObjects objects)
{
    /// <exception cref="ConfigurationException">The container cannot be made as it is asked for.</exception>
    public ContainerConfig Build(
        V1Container container,
        PodAction.StartContainer start,
        PodFields fields,
        SandboxStatus sandbox,
        ImageStatus image,
        ImmutableDictionary<string, PreparedVolume> volumes,
        ImmutableArray<MountConfig> extraMounts,
        string targetId = "")
    {
        var pod = fields.Pod;
        var variables = EnvironmentBuilder.Build(container, fields, services, objects);
        variables.TryAdd("HOSTNAME", PodHost.NameOf(pod));
        return new ContainerConfig
        {
            Pod = pod.Identity(),
            SandboxId = sandbox.Id,
            Name = container.Name,
            Kind = start.Kind,
            Attempt = start.Attempt,
            RestartDelaySeconds = start.RestartDelaySeconds,
            Image = container.Image,
            ImageId = image.Id,
            Command = [.. (container.Command ?? []).Select(word => VariableExpansion.Expand(word, variables))],
            Arguments = [.. (container.Args ?? []).Select(word => VariableExpansion.Expand(word, variables))],
            Environment = [.. variables.Select(static pair => $"{pair.Key}={pair.Value}")],
            WorkingDirectory = container.WorkingDir ?? "",
            Mounts = [.. (container.VolumeMounts ?? []).Select(mount => Mount(mount, variables, volumes)), .. extraMounts],
            Stdin = container.Stdin ?? false,
            StdinOnce = container.StdinOnce ?? false,
            Tty = container.Tty ?? false,
            Resources = ResourceMapping.Of(pod, container, fields.Allocatable),
            Security = SecurityMapping.Of(pod, container, image),
            IsHostNetwork = pod.Spec.HostNetwork ?? false,
            IsHostIpc = pod.Spec.HostIPC ?? false,
            IsHostPid = pod.Spec.HostPID ?? false,
            SharesProcesses = pod.Spec.ShareProcessNamespace ?? false,
            TargetId = targetId,
            GraceSeconds = pod.Spec.TerminationGracePeriodSeconds ?? 30,
        };
    }

    private static MountConfig Mount(V1VolumeMount mount, Dictionary<string, string> variables, ImmutableDictionary<string, PreparedVolume> volumes)
    {
        if (!volumes.TryGetValue(mount.Name, out var volume))
        {
            throw new ConfigurationException($"volume \"{mount.Name}\" is not part of the pod");
        }

        var subPath = mount.SubPathExpr is { Length: > 0 } expression ? VariableExpansion.Expand(expression, variables) : mount.SubPath ?? "";
        var source = volume.Source;
        if (subPath.Length > 0)
        {
            if (volume.IsEngineVolume)
            {
                throw new ConfigurationException($"subPath of volume \"{mount.Name}\" needs an engine that shares the node's file system");
            }

            source = SubPath(volume, subPath);
        }

        return new MountConfig
        {
            Source = source,
            Target = mount.MountPath,

            // Where no file system is shared the engine copies the files in through the mount itself, and a read-only one takes none.
            IsReadOnly = volume.Files.IsEmpty && (volume.IsReadOnly || mount.ReadOnlyProperty == true),
            IsEngineVolume = volume.IsEngineVolume,
            Propagation = mount.MountPropagation ?? "None",
        };
    }

    private static string SubPath(PreparedVolume volume, string subPath)
    {
        var source = Path.GetFullPath(Path.Combine(volume.Source, subPath));
        if (source != volume.Source && !source.StartsWith(Path.TrimEndingDirectorySeparator(volume.Source) + Path.DirectorySeparatorChar, StringComparison.Ordinal))
        {
            throw new ConfigurationException($"subPath \"{subPath}\" must not contain \"..\"");
        }

        if (!Path.Exists(source) && !volume.IsReadOnly)
        {
            Directory.CreateDirectory(source);
        }

        return source;
    }
}
