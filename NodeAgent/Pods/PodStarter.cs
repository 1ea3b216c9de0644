using System.Collections.Immutable;
using System.Formats.Tar;
using Crescent.NodeAgent.Events;
using Crescent.NodeAgent.Images;
using Crescent.NodeAgent.Networks;
using Crescent.NodeAgent.Networks.Links;
using Crescent.NodeAgent.Runtimes;
using Crescent.NodeAgent.Runtimes.Docker;
using Crescent.NodeAgent.Volumes;
using k8s.Models;
using Microsoft.Extensions.Options;

namespace Crescent.NodeAgent.Pods;

/// <summary>Starts sandboxes and containers of pods.</summary>
internal sealed class PodStarter(
    IContainerRuntime runtime,
    RuntimeState state,
    ImageStore images,
    PodVolumes volumes,
    ContainerConfigBuilder configs,
    HookRunner hooks,
    IPodNetwork network,
    PodAddresses addresses,
    PodLinks links,
    IPodDns dns,
    IPodEvents events,
    IOptions<DockerOptions> engine)
{
    private const string DefaultMessagePath = "/dev/termination-log";

    public async Task<SandboxStatus> RunSandboxAsync(V1Pod pod, int attempt, CancellationToken cancellationToken = default)
    {
        var isHostNetwork = pod.Spec.HostNetwork == true;
        var segment = isHostNetwork ? null : await network.EnsureAsync(cancellationToken);
        if (!dns.ServesClusterNames && ((pod.Spec.DnsPolicy ?? "ClusterFirst") is "ClusterFirstWithHostNet" || pod.Spec.DnsPolicy is "ClusterFirst" && !isHostNetwork))
        {
            events.Warning(
                pod, "MissingClusterDNS",
                $"pod: \"{pod.Metadata.Name}_{pod.Metadata.NamespaceProperty}({pod.Metadata.Uid})\". kubelet does not have ClusterDNS IP configured and cannot create Pod using \"{pod.Spec.DnsPolicy}\" policy. Falling back to \"Default\" policy.");
        }

        var config = new SandboxConfig
        {
            Pod = pod.Identity(),
            Attempt = attempt,
            HostName = PodHost.NameOf(pod),
            Network = segment?.Network ?? "",
            IsHostNetwork = isHostNetwork,
            IsHostIpc = pod.Spec.HostIPC == true,
            Resolver = ResolverOf(pod),
            HostAliases = PodHost.Aliases(pod),
            Ports = isHostNetwork
                ? []
                :
                [
                    .. pod.Spec.Containers.SelectMany(static container => container.Ports ?? [])
                        .Where(static port => port.HostPort is > 0)
                        .Select(static port => new PortMapping(port.ContainerPort, port.HostPort ?? 0, port.Protocol ?? "TCP", port.HostIP ?? "")),
                ],
            Sysctls = (pod.Spec.SecurityContext?.Sysctls ?? []).ToImmutableDictionary(static sysctl => sysctl.Name, static sysctl => sysctl.Value, StringComparer.Ordinal),
            GraceSeconds = pod.Spec.TerminationGracePeriodSeconds ?? 30,
        };

        // Host ports are the engine's to forward, so it attaches those pods.
        if (segment?.Bridge is not { } bridge || !config.Ports.IsEmpty || !engine.Value.SharesFileSystem || !links.CanAttach)
        {
            return await RunAsync(config, cancellationToken);
        }

        var link = addresses.Take(bridge);
        try
        {
            return await RunAsync(config with { Link = link }, cancellationToken);
        }
        catch (RuntimeException) when (!links.CanAttach)
        {
            return await RunAsync(config, cancellationToken);
        }
        finally
        {
            addresses.Settle(link);
        }
    }

    /// <param name="start">Which container, and which time.</param>
    /// <param name="fields">The pod, with the address of its sandbox.</param>
    /// <param name="prepared">Volumes of the pod.</param>
    /// <param name="preparing">Cancels waiting for what may take long: the image and the volumes.</param>
    /// <param name="cancellationToken">The agent stops. Creating and starting are not cut off by a pod's deletion: the outcome would be unknown.</param>
    /// <exception cref="StartException">It did not start.</exception>
    public async Task StartAsync(
        PodAction.StartContainer start,
        PodFields fields,
        SandboxStatus sandbox,
        Func<CancellationToken, Task<ImmutableDictionary<string, PreparedVolume>>> prepared,
        CancellationToken preparing,
        CancellationToken cancellationToken = default)
    {
        var pod = fields.Pod;
        var container = pod.FindContainer(start.Name)!;
        var isInit = start.Kind == ContainerKind.Init;
        var mounted = await prepared(preparing);
        var image = await images.EnsureAsync(pod, container, isInit, preparing);
        ContainerConfig config;
        try
        {
            config = configs.Build(container, start, fields, sandbox, image, mounted, OwnFiles(pod, container, start, sandbox), TargetOf(pod, start));
        }
        catch (ConfigurationException problem)
        {
            events.Warning(pod, "Failed", "Error: " + problem.Message, start.Name, isInit);
            throw new StartException("CreateContainerConfigError", problem.Message, isConfiguration: true, problem);
        }

        preparing.ThrowIfCancellationRequested();
        string id;
        try
        {
            id = await runtime.CreateContainerAsync(config, cancellationToken);
            await CopyFilesAsync(id, config, container, mounted, cancellationToken);
        }
        catch (RuntimeException problem)
        {
            events.Warning(pod, "Failed", "Error: " + problem.Message, start.Name, isInit);
            throw new StartException("CreateContainerError", problem.Message, isConfiguration: false, problem);
        }

        events.Normal(pod, "Created", $"Created container: {start.Name}", start.Name, isInit);
        try
        {
            await runtime.StartContainerAsync(id, cancellationToken);
        }
        catch (RuntimeException problem)
        {
            events.Warning(pod, "Failed", "Error: " + problem.Message, start.Name, isInit);
            await RefreshAsync(pod.Metadata.Uid, id, cancellationToken);
            throw new StartException("RunContainerError", problem.Message, isConfiguration: false, problem);
        }

        events.Normal(pod, "Started", $"Started container {start.Name}", start.Name, isInit);
        await RefreshAsync(pod.Metadata.Uid, id, cancellationToken);
        if (container.Lifecycle?.PostStart is { } postStart && await hooks.RunAsync(postStart, id, fields, container, cancellationToken) is { } failure)
        {
            events.Warning(pod, "FailedPostStartHook", $"PostStartHook failed: {failure}", start.Name, isInit);
            await runtime.StopContainerAsync(id, TimeSpan.FromSeconds(config.GraceSeconds), cancellationToken);
            await RefreshAsync(pod.Metadata.Uid, id, cancellationToken);
        }
    }

    /// <summary>Puts the newest state of a container where the planner finds it.</summary>
    public async Task RefreshAsync(string podUid, string id, CancellationToken cancellationToken = default)
    {
        if (await runtime.GetContainerAsync(id, cancellationToken) is { } container)
        {
            state.Put(container);
        }
        else
        {
            state.Remove(podUid, id);
        }
    }

    private string TargetOf(V1Pod pod, PodAction.StartContainer start)
    {
        var name = start.Kind == ContainerKind.Ephemeral ? pod.TargetOf(start.Name) : "";
        return name.Length == 0 ? ""
            : state.Of(pod.Metadata.Uid).Latest(name) is { Phase: ContainerPhase.Running } target ? target.Id
            : throw new ConfigurationException($"unable to find target container \"{name}\"");
    }

    /// <summary>File a container leaves its last words in; null when the engine does not see the agent's files.</summary>
    public string? TerminationMessageFile(string podUid, string container, int attempt) => engine.Value.SharesFileSystem
        ? Path.Combine(volumes.DirectoryOf(podUid), "containers", container, $"termination-log-{attempt}")
        : null;

    private async Task<SandboxStatus> RunAsync(SandboxConfig config, CancellationToken cancellationToken)
    {
        var sandbox = await runtime.RunSandboxAsync(config, cancellationToken);
        state.Put(sandbox);
        return sandbox;
    }

    private PodResolver ResolverOf(V1Pod pod)
    {
        var policy = pod.Spec.DnsPolicy ?? "ClusterFirst";
        var resolver = dns.For(pod.Metadata.NamespaceProperty, policy, pod.Spec.HostNetwork == true);
        if (pod.Spec.DnsConfig is not { } extra)
        {
            return resolver;
        }

        var own = (extra.Options ?? []).ToDictionary(static option => option.Name, static option => option.Value is { Length: > 0 } value ? $"{option.Name}:{value}" : option.Name, StringComparer.Ordinal);
        return new PodResolver(
            [.. resolver.NameServers.Concat(extra.Nameservers ?? []).Distinct(StringComparer.Ordinal)],
            [.. resolver.Searches.Concat(extra.Searches ?? []).Distinct(StringComparer.Ordinal)],
            [.. resolver.Options.Where(option => !own.ContainsKey(option.Split(':')[0])), .. own.Values]);
    }

    /// <summary>resolv.conf, hosts and the termination log of a container, on a shared file system.</summary>
    private ImmutableArray<MountConfig> OwnFiles(V1Pod pod, V1Container container, PodAction.StartContainer start, SandboxStatus sandbox)
    {
        if (!engine.Value.SharesFileSystem || OperatingSystem.IsWindows())
        {
            return [];
        }

        var directory = volumes.DirectoryOf(pod.Metadata.Uid);
        Directory.CreateDirectory(directory);
        var mounts = ImmutableArray.CreateBuilder<MountConfig>();
        var taken = (container.VolumeMounts ?? []).Select(static mount => mount.MountPath).ToHashSet(StringComparer.Ordinal);
        var resolver = ResolverOf(pod);
        Add("resolv.conf", "/etc/resolv.conf", () => ResolverFile(resolver));
        Add("etc-hosts", "/etc/hosts", () => sandbox.IsHostNetwork
            ? PodHost.HostNetworkHostsFile(pod, File.Exists("/etc/hosts") ? File.ReadAllText("/etc/hosts") : "")
            : PodHost.HostsFile(pod, sandbox.Address, dns.ClusterDomain));

        var log = TerminationMessageFile(pod.Metadata.Uid, container.Name, start.Attempt)!;
        Directory.CreateDirectory(Path.GetDirectoryName(log)!);
        File.WriteAllText(log, "");
        File.SetUnixFileMode(log, (UnixFileMode)0b110_110_110);
        mounts.Add(new MountConfig { Source = log, Target = container.TerminationMessagePath is { Length: > 0 } path ? path : DefaultMessagePath });
        return mounts.ToImmutable();

        void Add(string name, string target, Func<string> content)
        {
            if (taken.Contains(target))
            {
                return;
            }

            var file = Path.Combine(directory, name);
            File.WriteAllText(file, content());
            mounts.Add(new MountConfig { Source = file, Target = target });
        }
    }

    private static string ResolverFile(PodResolver resolver)
    {
        var lines = resolver.NameServers.Select(static server => "nameserver " + server).ToList();
        if (!resolver.Searches.IsEmpty)
        {
            lines.Insert(0, "search " + string.Join(' ', resolver.Searches));
        }

        if (!resolver.Options.IsEmpty)
        {
            lines.Add("options " + string.Join(' ', resolver.Options));
        }

        return string.Join('\n', lines) + "\n";
    }

    private async Task CopyFilesAsync(
        string id, ContainerConfig config, V1Container container, ImmutableDictionary<string, PreparedVolume> prepared, CancellationToken cancellationToken)
    {
        foreach (var mount in container.VolumeMounts ?? [])
        {
            if (!prepared.TryGetValue(mount.Name, out var volume) || volume.Files.IsEmpty)
            {
                continue;
            }

            using var tar = new MemoryStream();
            await using (var writer = new TarWriter(tar, TarEntryFormat.Pax, leaveOpen: true))
            {
                foreach (var file in volume.Files)
                {
                    await writer.WriteEntryAsync(
                        new PaxTarEntry(TarEntryType.RegularFile, file.Path) { Mode = (UnixFileMode)file.Mode, DataStream = new MemoryStream(file.Content) }, cancellationToken);
                }
            }

            tar.Position = 0;
            await runtime.CopyIntoAsync(id, mount.MountPath, tar, cancellationToken);
        }
    }
}
