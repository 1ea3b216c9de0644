using System.Collections.Immutable;
using Crescent.NodeAgent.Assignments;
using Crescent.NodeAgent.Pods;
using Crescent.NodeAgent.Runtimes.Docker;
using Crescent.Nodes;
using k8s.Models;
using Microsoft.Extensions.Options;

namespace Crescent.NodeAgent.Volumes;

/// <summary>Makes the volumes of a pod, keeps the ones it fills up to date, and removes them with the pod.</summary>
internal sealed class PodVolumes(
    INodeObjects objects, IPodTokens tokens, IOptions<PodOptions> options, IOptions<DockerOptions> engine, TimeProvider time)
{
    /// <summary>Directory of one pod.</summary>
    public string DirectoryOf(string podUid) => Path.Combine(options.Value.RootDirectory, "pods", podUid);

    /// <summary>Makes all volumes. Repeating it brings the contents up to date and leaves scratch volumes alone.</summary>
    /// <exception cref="ConfigurationException">A volume cannot be made now; the message names it.</exception>
    public async Task<ImmutableDictionary<string, PreparedVolume>> PrepareAsync(PodFields fields, CancellationToken cancellationToken)
    {
        await tokens.EnsureAsync(fields.Pod, cancellationToken);
        return await Task.Run(() => Prepare(fields), cancellationToken);
    }

    private ImmutableDictionary<string, PreparedVolume> Prepare(PodFields fields)
    {
        var prepared = ImmutableDictionary.CreateBuilder<string, PreparedVolume>(StringComparer.Ordinal);
        foreach (var volume in fields.Pod.Spec.Volumes ?? [])
        {
            try
            {
                prepared[volume.Name] = Prepare(volume, fields);
            }
            catch (ConfigurationException problem)
            {
                throw new ConfigurationException($"MountVolume.SetUp failed for volume \"{volume.Name}\" : {problem.Message}");
            }
            catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
            {
                throw new ConfigurationException($"MountVolume.SetUp failed for volume \"{volume.Name}\" : {problem.Message}");
            }
        }

        return prepared.ToImmutable();
    }

    public void Remove(string podUid)
    {
        tokens.Forget(podUid);
        var directory = DirectoryOf(podUid);
        if (Directory.Exists(directory))
        {
            ScratchMemory.UnmountAll(directory);
            Directory.Delete(directory, recursive: true);
        }
    }

    private PreparedVolume Prepare(V1Volume volume, PodFields fields)
    {
        var uid = fields.Pod.Metadata.Uid;
        if (ProjectedFiles.IsProjected(volume))
        {
            var files = ProjectedFiles.Collect(volume, fields, objects, tokens);
            if (!engine.Value.SharesFileSystem)
            {
                return new PreparedVolume { Source = EngineVolume(uid, volume.Name), IsEngineVolume = true, Files = [.. files] };
            }

            var plugin = volume.ConfigMap is not null ? "configmap" : volume.Secret is not null ? "secret" : volume.DownwardAPI is not null ? "downward-api" : "projected";
            var directory = Path.Combine(DirectoryOf(uid), "volumes", $"kubernetes.io~{plugin}", volume.Name);
            new AtomicDirectory(directory, time, fields.Pod.Spec.SecurityContext?.FsGroup).Write(files);
            return new PreparedVolume { Source = directory, IsReadOnly = true };
        }

        if (volume.HostPath is { } hostPath)
        {
            if (engine.Value.SharesFileSystem)
            {
                HostPaths.Check(hostPath);
            }

            return new PreparedVolume { Source = hostPath.Path };
        }

        if (volume.EmptyDir is { } scratch)
        {
            return engine.Value.SharesFileSystem ? Scratch(uid, volume.Name, scratch, fields.Pod.Spec.SecurityContext?.FsGroup) : new PreparedVolume { Source = EngineVolume(uid, volume.Name), IsEngineVolume = true };
        }

        if (volume.PersistentVolumeClaim is { } claimed)
        {
            return Claimed(fields.Pod.Metadata.NamespaceProperty, claimed);
        }

        throw new ConfigurationException("volumes of this type are not supported");
    }

    /// <summary>The directory of a bound volume that is one of this host.</summary>
    private PreparedVolume Claimed(string podNamespace, V1PersistentVolumeClaimVolumeSource source)
    {
        var claim = objects.FindClaim(podNamespace, source.ClaimName)
            ?? throw new ConfigurationException($"persistentvolumeclaim \"{source.ClaimName}\" not found");
        var bound = objects.FindVolume(claim) ?? throw new ConfigurationException($"persistentvolumeclaim \"{source.ClaimName}\" is not bound");
        if (bound.Spec.HostPath is { } hostPath)
        {
            if (engine.Value.SharesFileSystem && IsProvisioned(bound))
            {
                // Stock images seldom run as root, and nobody else was here before to prepare the directory.
                OpenDirectory.Ensure(hostPath.Path);
            }
            else if (engine.Value.SharesFileSystem)
            {
                HostPaths.Check(hostPath);
            }

            return new PreparedVolume { Source = hostPath.Path, IsReadOnly = source.ReadOnlyProperty == true };
        }

        return bound.Spec.Local is { } local
            ? new PreparedVolume { Source = local.Path, IsReadOnly = source.ReadOnlyProperty == true }
            : throw new ConfigurationException($"persistentvolume \"{bound.Metadata.Name}\" is of a type that is not supported");
    }

    private static bool IsProvisioned(V1PersistentVolume volume) =>
        volume.Metadata.Annotations is { } annotations
        && annotations.TryGetValue("pv.kubernetes.io/provisioned-by", out var provisioner) && provisioner == ReleasedVolume.Provisioner;

    private PreparedVolume Scratch(string uid, string name, V1EmptyDirVolumeSource scratch, long? group)
    {
        var directory = Path.Combine(DirectoryOf(uid), "volumes", "kubernetes.io~empty-dir", name);
        if (!Directory.Exists(directory))
        {
            Directory.CreateDirectory(directory);
            if (scratch.Medium == "Memory")
            {
                ScratchMemory.Mount(directory, scratch.SizeLimit?.ToDecimal());
            }

            OpenDirectory.Open(directory);
            if (group is { } owner && !OperatingSystem.IsWindows())
            {
                GroupOwnership.Give(directory, owner, isReadOnly: false);
            }
        }

        return new PreparedVolume { Source = directory };
    }

    private static string EngineVolume(string uid, string name) => $"crescent_{uid}_{name}";
}
