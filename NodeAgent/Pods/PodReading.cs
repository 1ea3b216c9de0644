using Crescent.NodeAgent.Runtimes;
using k8s.Models;

namespace Crescent.NodeAgent.Pods;

/// <summary>Facts both the planner and the status builder read out of a snapshot.</summary>
internal static class PodReading
{
    public static IEnumerable<V1Container> InitContainers(this V1Pod pod) => pod.Spec.InitContainers ?? [];

    /// <summary>Ephemeral containers in the shape of the others: what they lack stays empty.</summary>
    public static IEnumerable<V1Container> EphemeralContainers(this V1Pod pod) => (pod.Spec.EphemeralContainers ?? []).Select(static container => new V1Container
    {
        Name = container.Name,
        Image = container.Image,
        Command = container.Command,
        Args = container.Args,
        WorkingDir = container.WorkingDir,
        Env = container.Env,
        EnvFrom = container.EnvFrom,
        VolumeMounts = container.VolumeMounts,
        VolumeDevices = container.VolumeDevices,
        ImagePullPolicy = container.ImagePullPolicy,
        SecurityContext = container.SecurityContext,
        Stdin = container.Stdin,
        StdinOnce = container.StdinOnce,
        Tty = container.Tty,
        TerminationMessagePath = container.TerminationMessagePath,
        TerminationMessagePolicy = container.TerminationMessagePolicy,
    });

    /// <summary>Container whose processes an ephemeral container is to see; empty for none.</summary>
    public static string TargetOf(this V1Pod pod, string ephemeral) =>
        pod.Spec.EphemeralContainers?.FirstOrDefault(container => container.Name == ephemeral)?.TargetContainerName ?? "";

    public static bool IsSidecar(this V1Container container) => container.RestartPolicy == "Always";

    public static PodIdentity Identity(this V1Pod pod) => new(pod.Metadata.NamespaceProperty, pod.Metadata.Name, pod.Metadata.Uid);

    public static V1Container? FindContainer(this V1Pod pod, string name) =>
        pod.Spec.Containers.Concat(pod.InitContainers()).Concat(pod.EphemeralContainers()).FirstOrDefault(container => container.Name == name);

    /// <summary>Grace period of the pod as it is to end now, seconds.</summary>
    public static long Grace(this PodSnapshot snapshot) => Math.Max(
        1, snapshot.Pod.Metadata.DeletionGracePeriodSeconds ?? snapshot.Pod.Spec.TerminationGracePeriodSeconds ?? 30);

    /// <summary>Whether a container that ended like this is started again.</summary>
    public static bool Restarts(this PodSnapshot snapshot, ContainerStatus ended) => snapshot.RestartPolicy switch
    {
        "Never" => false,
        "OnFailure" => ended.ExitCode != 0,
        _ => true,
    };

    /// <summary>When a container that ended may be started again.</summary>
    public static DateTimeOffset RestartAt(this PodSnapshot snapshot, ContainerStatus ended) => IsForgiven(snapshot, ended)
        ? ended.FinishedAt
        : ended.FinishedAt + TimeSpan.FromSeconds(ended.RestartDelaySeconds);

    /// <summary>An ended container that will be started again, and whose time has not come.</summary>
    public static bool IsBackingOff(this PodSnapshot snapshot, V1Container container, ContainerStatus ended, bool isInit)
    {
        var restarts = isInit
            ? container.IsSidecar() || (ended.ExitCode != 0 && snapshot.RestartPolicy != "Never")
            : snapshot.Restarts(ended);
        return restarts && !snapshot.IsEnding && !snapshot.IsDeadlineExceeded && snapshot.RestartAt(ended) > snapshot.Now;
    }

    /// <summary>Wait that the next instance of an ended container carries.</summary>
    public static int NextRestartDelay(this PodSnapshot snapshot, ContainerStatus ended) =>
        snapshot.BackOff.After(IsForgiven(snapshot, ended) ? 0 : ended.RestartDelaySeconds);

    public static bool IsStarted(this PodSnapshot snapshot, V1Container container, ContainerStatus? status) =>
        status?.Phase == ContainerPhase.Running &&
        (container.StartupProbe is null || snapshot.Probes.GetValueOrDefault(status.Id)?.IsStarted == true);

    public static bool IsReady(this PodSnapshot snapshot, V1Container container, ContainerStatus? status) =>
        snapshot.IsStarted(container, status) &&
        (container.ReadinessProbe is null || snapshot.Probes.GetValueOrDefault(status!.Id)?.IsReady == true);

    /// <summary>The init container's newest instance in the present sandbox has done its work.</summary>
    public static bool IsInitDone(this PodSnapshot snapshot, V1Container container)
    {
        var status = snapshot.InSandbox(container.Name);
        return container.IsSidecar()
            ? snapshot.IsStarted(container, status)
            : status is { Phase: ContainerPhase.Exited, ExitCode: 0 };
    }

    /// <summary>
    /// Initialization is over: all init containers are through, or a main container was started already (init containers run once per
    /// sandbox).
    /// </summary>
    public static bool IsInitialized(this PodSnapshot snapshot) =>
        snapshot.Pod.Spec.Containers.Any(container => snapshot.InSandbox(container.Name) is not null) ||
        snapshot.Pod.InitContainers().All(snapshot.IsInitDone);

    /// <summary>The newest instance, when it belongs to the present sandbox.</summary>
    public static ContainerStatus? InSandbox(this PodSnapshot snapshot, string name) =>
        snapshot.Runtime.Latest(name) is { } latest && latest.SandboxId == (snapshot.Runtime.Sandbox?.Id ?? latest.SandboxId) ? latest : null;

    /// <summary>It failed without having run here, or the cluster says that it has ended, and what has ended never comes back.</summary>
    public static bool IsOver(this PodSnapshot snapshot) =>
        snapshot.Rejection is not null || snapshot.Pod.Status?.Phase is { } stored && PodPhases.IsTerminal(stored);

    /// <summary>Every main container has ended for good, or an init container failed for good.</summary>
    public static bool IsFinished(this PodSnapshot snapshot) => snapshot.IsInitFailed() || snapshot.Pod.Spec.Containers.All(
        container => snapshot.Runtime.Latest(container.Name) is { Phase: ContainerPhase.Exited } ended && !snapshot.Restarts(ended));

    public static bool IsInitFailed(this PodSnapshot snapshot) => snapshot.RestartPolicy == "Never" && !snapshot.IsInitialized() &&
        snapshot.Pod.InitContainers().Any(container => !container.IsSidecar() &&
            snapshot.InSandbox(container.Name) is { Phase: ContainerPhase.Exited, ExitCode: not 0 });

    private static bool IsForgiven(PodSnapshot snapshot, ContainerStatus ended) =>
        ended.StartedAt != default && ended.FinishedAt - ended.StartedAt >= snapshot.BackOff.ForgivenAfter;
}
