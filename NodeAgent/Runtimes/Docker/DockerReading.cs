using System.Globalization;
using Crescent.NodeAgent.Networks.Links;
using Docker.DotNet.Models;

namespace Crescent.NodeAgent.Runtimes.Docker;

/// <summary>Turns what the engine says into statuses.</summary>
internal static class DockerReading
{
    public static SandboxStatus Sandbox(ContainerInspectResponse container)
    {
        var labels = container.Config!.Labels!;
        var link = PodLink.Parse(DockerLabels.Read(labels, DockerLabels.Link));
        return new SandboxStatus
        {
            Id = container.ID,
            Pod = DockerLabels.Pod(labels),
            Attempt = DockerLabels.Number(labels, DockerLabels.Attempt),
            IsRunning = container.State!.Running,
            CreatedAt = Utc(container.Created),
            Address = container.State!.Running ? link?.Address.ToString() ?? AddressOf(container) : "",
            Link = link,
            IsHostNetwork = container.HostConfig!.NetworkMode == "host",
            GraceSeconds = DockerLabels.Number(labels, DockerLabels.Grace, 30),
            ProcessId = container.State!.Pid,
        };
    }

    public static ContainerStatus Container(ContainerInspectResponse container)
    {
        var labels = container.Config!.Labels!;
        var state = container.State!;
        var neverStarted = Time(state.StartedAt) == default;
        var startFailed = neverStarted && !state.Running && (state.Error.Length > 0 || state.ExitCode != 0);
        return new ContainerStatus
        {
            Id = container.ID,
            Pod = DockerLabels.Pod(labels),
            Name = DockerLabels.Read(labels, DockerLabels.ContainerName),
            Kind = DockerLabels.ReadKind(labels),
            Attempt = DockerLabels.Number(labels, DockerLabels.Attempt),
            RestartDelaySeconds = DockerLabels.Number(labels, DockerLabels.RestartDelay),
            GraceSeconds = DockerLabels.Number(labels, DockerLabels.Grace, 30),
            SandboxId = DockerLabels.Read(labels, DockerLabels.Sandbox),
            Image = DockerLabels.Read(labels, DockerLabels.Image),
            ImageId = container.Image,
            CreatedAt = Utc(container.Created),
            StartedAt = Time(state.StartedAt),
            FinishedAt = startFailed ? Utc(container.Created) : Time(state.FinishedAt),
            Phase = state.Running || state.Paused || state.Restarting ? ContainerPhase.Running
                : neverStarted && !startFailed ? ContainerPhase.Created
                : ContainerPhase.Exited,
            ExitCode = startFailed ? 128 : (int)state.ExitCode,
            Reason = startFailed ? "StartError" : state.OOMKilled ? "OOMKilled" : state.ExitCode == 0 ? "Completed" : "Error",
            Message = startFailed ? state.Error : "",
            Tty = container.Config!.Tty,
            Resources = container.HostConfig is { } host
                ? new ContainerResources { NanoCpus = host.NanoCPUs, CpuShares = host.CPUShares, MemoryBytes = host.Memory }
                : null,
            ProcessId = state.Pid,
        };
    }

    public static ImageStatus Image(ImageInspectResponse image) => new()
    {
        Id = image.ID,
        Tags = [.. image.RepoTags ?? []],
        Digests = [.. image.RepoDigests ?? []],
        SizeBytes = image.Size,
        User = image.Config?.User ?? "",
    };

    private static string AddressOf(ContainerInspectResponse container) =>
        container.NetworkSettings?.Networks?.Values.Select(static network => network.IPAddress).FirstOrDefault(static ip => !string.IsNullOrEmpty(ip)) ?? "";

    private static DateTimeOffset Utc(DateTime time) =>
        time == default ? default : new DateTimeOffset(DateTime.SpecifyKind(time.Kind == DateTimeKind.Local ? time.ToUniversalTime() : time, DateTimeKind.Utc));

    /// <summary>The engine writes year 1 for "never".</summary>
    private static DateTimeOffset Time(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) && time.Year > 1
            ? time
            : default;
}
