using System.Globalization;
using Docker.DotNet.Models;

namespace Crescent.NodeAgent.Runtimes.Docker;

/// <summary>Translates configs into what the engine is asked to create.</summary>
internal static class DockerContainerSettings
{
    private const string PodIPv6Setting = "/proc/sys/net/ipv6/conf/default/disable_ipv6";

    public static CreateContainerParameters Sandbox(string node, string image, SandboxConfig config, DockerOptions options)
    {
        var isLinked = config.Link is not null;
        // Containers bring their own resolv.conf and hosts file where the agent attaches the sandbox.
        var resolver = isLinked ? null : config.Resolver;
        return new CreateContainerParameters
        {
            Name = DockerNames.Of(node, config),
            Image = image,
            Hostname = config.IsHostNetwork ? null! : config.HostName,
            Labels = DockerLabels.For(node, config),
            NetworkDisabled = isLinked,
            ExposedPorts = config.Ports.Select(PortKey).Distinct(StringComparer.Ordinal).ToDictionary(static port => port, static _ => default(EmptyStruct), StringComparer.Ordinal),
            HostConfig = new HostConfig
            {
                NetworkMode = isLinked ? null! : config.IsHostNetwork ? "host" : config.Network,
                IpcMode = config.IsHostIpc ? "host" : "shareable",
                LogConfig = new LogConfig { Type = "none" },
                OomScoreAdj = -998,
                CPUShares = 2,
                SecurityOpt = ["no-new-privileges", "seccomp=unconfined"],
                DNS = resolver is null ? null! : [.. resolver.NameServers],
                DNSSearch = resolver is null ? null! : resolver.Searches.IsEmpty ? ["."] : [.. resolver.Searches],
                DNSOptions = resolver is null ? null! : [.. resolver.Options],
                ExtraHosts = isLinked || config.HostAliases.IsEmpty ? null! : [.. config.HostAliases],
                PortBindings = config.Ports.GroupBy(PortKey, StringComparer.Ordinal).ToDictionary(
                    static group => group.Key,
                    static group => (IList<PortBinding>)[.. group.Select(static port => new PortBinding { HostIP = port.HostIp, HostPort = Text(port.HostPort) })],
                    StringComparer.Ordinal),
                Sysctls = SysctlsOf(config),
            },
        };
    }

    public static CreateContainerParameters Container(string node, ContainerConfig config, DockerOptions options)
    {
        var security = config.Security;
        var resources = config.Resources;
        var sandbox = "container:" + config.SandboxId;
        return new CreateContainerParameters
        {
            Name = DockerNames.Of(node, config),
            Image = config.ImageId,
            Entrypoint = config.Command.IsEmpty ? null! : [.. config.Command],
            Cmd = config.Arguments.IsEmpty ? null! : [.. config.Arguments],
            Env = [.. config.Environment],
            WorkingDir = config.WorkingDirectory.Length == 0 ? null! : config.WorkingDirectory,
            User = UserOf(security),
            Tty = config.Tty,
            OpenStdin = config.Stdin,
            StdinOnce = config.StdinOnce,
            Labels = DockerLabels.For(node, config),
            // Kubernetes has its own probes; an image's health check would only cost.
            Healthcheck = new HealthcheckConfig { Test = ["NONE"] },
            HostConfig = new HostConfig
            {
                NetworkMode = config.IsHostNetwork ? "host" : sandbox,
                IpcMode = config.IsHostIpc ? "host" : sandbox,
                PidMode = config.IsHostPid ? "host" : config.SharesProcesses ? sandbox : config.TargetId.Length > 0 ? "container:" + config.TargetId : null!,
                UTSMode = config.IsHostNetwork ? "host" : null!,
                Mounts = [.. config.Mounts.Select(MountOf)],
                Privileged = security.IsPrivileged,
                ReadonlyRootfs = security.IsRootReadOnly,
                CapAdd = security.AddedCapabilities.IsEmpty ? null! : [.. security.AddedCapabilities],
                CapDrop = security.DroppedCapabilities.IsEmpty ? null! : [.. security.DroppedCapabilities],
                GroupAdd = security.ExtraGroups.IsEmpty ? null! : [.. security.ExtraGroups.Select(static group => Text(group))],
                SecurityOpt = SecurityOptions(security),
                NanoCPUs = resources.NanoCpus,
                CPUShares = resources.CpuShares,
                Memory = resources.MemoryBytes,
                MemorySwap = resources.MemoryBytes,
                OomScoreAdj = resources.OomScoreAdjustment,
                LogConfig = new LogConfig
                {
                    Type = "json-file",
                    Config = new Dictionary<string, string>(StringComparer.Ordinal)
                    {
                        ["max-size"] = Text(options.LogMaxMegabytes) + "m",
                        ["max-file"] = Text(options.LogMaxFiles),
                    },
                },
            },
        };
    }

    private static Dictionary<string, string> SysctlsOf(SandboxConfig config)
    {
        var settings = config.Sysctls.ToDictionary(StringComparer.Ordinal);
        if (config.Link is not null && File.Exists(PodIPv6Setting))
        {
            // The pod network has IPv4 only: interfaces get no link-local address; lo keeps its own.
            settings.TryAdd("net.ipv6.conf.default.disable_ipv6", "1");
        }

        return settings;
    }

    private static string UserOf(ContainerSecurity security) => (security.RunAsUser, security.RunAsGroup) switch
    {
        ({ } user, { } group) => $"{Text(user)}:{Text(group)}",
        ({ } user, null) => Text(user),
        (null, { } group) => $"0:{Text(group)}",
        _ => null!,
    };

    private static List<string> SecurityOptions(ContainerSecurity security)
    {
        var options = new List<string>();
        if (security.NoNewPrivileges)
        {
            options.Add("no-new-privileges");
        }

        if (security.SeccompUnconfined && !security.IsPrivileged)
        {
            options.Add("seccomp=unconfined");
        }

        return options;
    }

    private static Mount MountOf(MountConfig mount) => new()
    {
        Type = mount.IsEngineVolume ? "volume" : "bind",
        Source = mount.Source,
        Target = mount.Target,
        ReadOnly = mount.IsReadOnly,
        BindOptions = mount.IsEngineVolume || mount.Propagation == "None"
            ? null!
            : new BindOptions { Propagation = mount.Propagation == "Bidirectional" ? "rshared" : "rslave" },
    };

    private static string PortKey(PortMapping port) => $"{Text(port.ContainerPort)}/{port.Protocol.ToLowerInvariant()}";

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
