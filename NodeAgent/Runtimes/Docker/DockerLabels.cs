using System.Globalization;

namespace Crescent.NodeAgent.Runtimes.Docker;

/// <summary>
/// Labels that carry what the agent must find again. Where kubelet has a name for one, it is that name, so that tools which look for it
/// find it.
/// </summary>
internal static class DockerLabels
{
    public const string Node = "crescent.node";
    public const string Kind = "crescent.kind";
    public const string Attempt = "crescent.attempt";
    public const string RestartDelay = "crescent.restart-delay";
    public const string Grace = "crescent.grace";
    public const string Image = "crescent.image";
    public const string Sandbox = "crescent.sandbox";
    public const string Link = "crescent.link";
    public const string PodName = "io.kubernetes.pod.name";
    public const string PodNamespace = "io.kubernetes.pod.namespace";
    public const string PodUid = "io.kubernetes.pod.uid";
    public const string ContainerName = "io.kubernetes.container.name";

    public const string SandboxKind = "sandbox";
    public const string InitKind = "init";
    public const string MainKind = "container";
    public const string EphemeralKind = "ephemeral";

    public static Dictionary<string, string> For(string node, SandboxConfig config)
    {
        var labels = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [Node] = node,
            [Kind] = SandboxKind,
            [PodName] = config.Pod.Name,
            [PodNamespace] = config.Pod.Namespace,
            [PodUid] = config.Pod.Uid,
            [ContainerName] = "POD",
            [Attempt] = Text(config.Attempt),
            [Grace] = Text(config.GraceSeconds),
        };
        if (config.Link is { } link)
        {
            labels[Link] = link.Format();
        }

        return labels;
    }

    public static Dictionary<string, string> For(string node, ContainerConfig config) => new(StringComparer.Ordinal)
    {
        [Node] = node,
        [Kind] = KindOf(config.Kind),
        [PodName] = config.Pod.Name,
        [PodNamespace] = config.Pod.Namespace,
        [PodUid] = config.Pod.Uid,
        [ContainerName] = config.Name,
        [Attempt] = Text(config.Attempt),
        [RestartDelay] = Text(config.RestartDelaySeconds),
        [Grace] = Text(config.GraceSeconds),
        [Image] = config.Image,
        [Sandbox] = config.SandboxId,
    };

    public static PodIdentity Pod(IDictionary<string, string> labels) => new(Read(labels, PodNamespace), Read(labels, PodName), Read(labels, PodUid));

    public static string Read(IDictionary<string, string> labels, string name) => labels.TryGetValue(name, out var value) ? value : "";

    public static int Number(IDictionary<string, string> labels, string name, int fallback = 0) =>
        int.TryParse(Read(labels, name), NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number : fallback;

    public static ContainerKind ReadKind(IDictionary<string, string> labels) => Read(labels, Kind) switch
    {
        InitKind => ContainerKind.Init,
        EphemeralKind => ContainerKind.Ephemeral,
        _ => ContainerKind.Main,
    };

    private static string KindOf(ContainerKind kind) => kind switch
    {
        ContainerKind.Init => InitKind,
        ContainerKind.Ephemeral => EphemeralKind,
        _ => MainKind,
    };

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
