using System.Collections.Immutable;

namespace Crescent.NodeAgent.Runtimes;

/// <summary>
/// The engine that runs sandboxes and containers, shaped after the
/// <see href="https://kubernetes.io/docs/concepts/architecture/cri/">container runtime interface</see>. Everything an implementation
/// is told about a container it must be able to tell again after a restart of the agent. Failures the caller can act on are
/// <see cref="RuntimeException"/>s.
/// </summary>
internal interface IContainerRuntime
{
    /// <summary>Scheme of container ids in pod statuses, e.g. <c>docker</c>.</summary>
    string Scheme { get; }

    Task<RuntimeInfo> GetInfoAsync(CancellationToken cancellationToken = default);

    /// <summary>Every sandbox and container of this node, dead ones too.</summary>
    Task<RuntimeInventory> ListAsync(CancellationToken cancellationToken = default);

    /// <summary>Creates and starts a sandbox; when it fails nothing is left behind.</summary>
    Task<SandboxStatus> RunSandboxAsync(SandboxConfig config, CancellationToken cancellationToken = default);

    /// <summary>Stops and removes a sandbox. A sandbox that is gone is fine.</summary>
    Task RemoveSandboxAsync(string id, CancellationToken cancellationToken = default);

    /// <summary>Creates a container without starting it; an earlier one of the same identity that never started is replaced.</summary>
    Task<string> CreateContainerAsync(ContainerConfig config, CancellationToken cancellationToken = default);

    Task StartContainerAsync(string id, CancellationToken cancellationToken = default);

    /// <summary>Asks the process to stop and kills it after <paramref name="grace"/>; returns when it has ended.</summary>
    Task StopContainerAsync(string id, TimeSpan grace, CancellationToken cancellationToken = default);

    /// <summary>Changes limits and weights of a running container.</summary>
    Task ResizeContainerAsync(string id, ContainerResources resources, CancellationToken cancellationToken = default);

    /// <summary>Kills and removes a container with its anonymous volumes. A container that is gone is fine.</summary>
    Task RemoveContainerAsync(string id, CancellationToken cancellationToken = default);

    /// <summary>Null when there is no such sandbox.</summary>
    Task<SandboxStatus?> GetSandboxAsync(string id, CancellationToken cancellationToken = default);

    /// <summary>Null when there is no such container.</summary>
    Task<ContainerStatus?> GetContainerAsync(string id, CancellationToken cancellationToken = default);

    /// <summary>Null when the image is not on this node.</summary>
    Task<ImageStatus?> GetImageAsync(string image, CancellationToken cancellationToken = default);

    Task<ImageStatus> PullImageAsync(string image, RegistryCredential? credential, CancellationToken cancellationToken = default);

    Task<ImmutableArray<ImageStatus>> ListImagesAsync(CancellationToken cancellationToken = default);

    Task<IExecSession> ExecAsync(ExecRequest request, CancellationToken cancellationToken = default);

    /// <summary>Joins the standard streams of a running container's main process.</summary>
    Task<IExecSession> AttachAsync(AttachRequest request, CancellationToken cancellationToken = default);

    /// <summary>Writes the container's log as plain text; follows it until the container ends when asked to.</summary>
    Task CopyLogsAsync(string id, LogRequest request, Stream destination, CancellationToken cancellationToken = default);

    /// <summary>
    /// Ends of containers and sandboxes as they happen. The stream may break (it then throws) and may miss events; the caller lists again.
    /// </summary>
    IAsyncEnumerable<RuntimeEvent> WatchAsync(CancellationToken cancellationToken = default);

    /// <summary>Usage of a running container as the engine measures it; null when it has none.</summary>
    Task<RuntimeUsage?> GetUsageAsync(string id, CancellationToken cancellationToken = default);

    /// <summary>Bytes the container has written beside its image; null when there is no such container. Costs a walk over those files.</summary>
    Task<long?> GetWritableBytesAsync(string id, CancellationToken cancellationToken = default);

    /// <summary>Puts files into a container that was created, for engines that cannot see the agent's file system.</summary>
    Task CopyIntoAsync(string id, string directory, Stream tar, CancellationToken cancellationToken = default);

    /// <summary>Removes what was kept for a pod besides its containers (shared scratch volumes).</summary>
    Task RemovePodStorageAsync(string podUid, CancellationToken cancellationToken = default);
}
