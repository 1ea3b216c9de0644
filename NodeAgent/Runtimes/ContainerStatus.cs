namespace Crescent.NodeAgent.Runtimes;

/// <summary>A container as the engine sees it.</summary>
internal sealed record ContainerStatus
{
    public required string Id { get; init; }
    public required PodIdentity Pod { get; init; }
    public required string Name { get; init; }
    public required ContainerKind Kind { get; init; }
    public required int Attempt { get; init; }
    public required ContainerPhase Phase { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public string SandboxId { get; init; } = "";

    /// <summary>Image as the pod named it when this instance was made.</summary>
    public string Image { get; init; } = "";

    public string ImageId { get; init; } = "";
    public DateTimeOffset StartedAt { get; init; }
    public DateTimeOffset FinishedAt { get; init; }
    public int ExitCode { get; init; }

    /// <summary>Completed, Error, OOMKilled, StartError or ContainerCannotRun once it has exited.</summary>
    public string Reason { get; init; } = "";

    /// <summary>What the process left in its termination log, or why it did not start.</summary>
    public string Message { get; init; } = "";

    /// <summary>Limits and weights it runs with; null when the engine cannot tell.</summary>
    public ContainerResources? Resources { get; init; }

    public int RestartDelaySeconds { get; init; }
    public long GraceSeconds { get; init; } = 30;
    public bool Tty { get; init; }

    /// <summary>Main process; 0 when not running or unknown.</summary>
    public long ProcessId { get; init; }
}
