using System.Collections.Immutable;
using System.Net;
using Crescent.NodeAgent.Networks.Links;
using Crescent.NodeAgent.Pods;
using Docker.DotNet;
using Docker.DotNet.Models;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Crescent.NodeAgent.Runtimes.Docker;

/// <summary>Runs pods on a Docker engine through its HTTP API. A sandbox is a container that only owns the namespaces.</summary>
internal sealed partial class DockerRuntime : IContainerRuntime, IDisposable
{
    private readonly DockerOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<DockerRuntime> _logger;
    private readonly PodLinks _links;
    private readonly string _node;
    private readonly DockerCalls _calls;
    private readonly SemaphoreSlim _starts;
    private readonly SemaphoreSlim _sandboxImageLock = new(1, 1);
    private bool _hasSandboxImage;
    private volatile bool _refusesNegativeOomScore;

    public DockerRuntime(IOptions<PodOptions> pods, IOptions<DockerOptions> options, PodLinks links, TimeProvider time, ILogger<DockerRuntime> logger)
    {
        _options = options.Value;
        _links = links;
        _time = time;
        _logger = logger;
        _node = pods.Value.NodeName;
        var engine = new DockerClientBuilder()
            .WithEndpoint(DockerEndpoint.Find(_options.Endpoint))
            .WithTimeout(Timeout.InfiniteTimeSpan)
            .Build();
        _calls = new DockerCalls(engine, _options.RequestTimeout, time);
        _starts = new SemaphoreSlim(_options.MaxParallelStarts);
    }

    public string Scheme => "docker";

    public async Task<RuntimeInfo> GetInfoAsync(CancellationToken cancellationToken = default)
    {
        var info = await _calls.AskAsync(static (engine, token) => engine.System.GetSystemInfoAsync(token), cancellationToken);
        return new RuntimeInfo
        {
            Name = Scheme,
            Version = info.ServerVersion,
            OperatingSystem = info.OperatingSystem,
            OsType = info.OSType,
            Architecture = info.Architecture switch { "x86_64" => "amd64", "aarch64" => "arm64", var other => other },
            KernelVersion = info.KernelVersion,
            CpuCount = info.NCPU,
            MemoryBytes = info.MemTotal,
            RootDirectory = info.DockerRootDir,
        };
    }

    public async Task<RuntimeInventory> ListAsync(CancellationToken cancellationToken = default)
    {
        var all = await _calls.AskAsync(
            (engine, token) => engine.Containers.ListContainersAsync(
                new ContainersListParameters { All = true, Filters = Filter("label", $"{DockerLabels.Node}={_node}") }, token),
            cancellationToken);
        var sandboxes = ImmutableArray.CreateBuilder<SandboxStatus>();
        var containers = ImmutableArray.CreateBuilder<ContainerStatus>();
        foreach (var item in all)
        {
            if (await InspectAsync(item.ID, cancellationToken) is not { } container)
            {
                continue;
            }

            if (IsSandbox(container))
            {
                sandboxes.Add(await ReadSandboxAsync(container));
            }
            else
            {
                containers.Add(DockerReading.Container(container));
            }
        }

        return new RuntimeInventory(sandboxes.ToImmutable(), containers.ToImmutable());
    }

    public async Task<SandboxStatus> RunSandboxAsync(SandboxConfig config, CancellationToken cancellationToken = default)
    {
        await EnsureSandboxImageAsync(cancellationToken);
        try
        {
            return await TryRunSandboxAsync(config, cancellationToken);
        }
        catch (RuntimeException problem) when (!_refusesNegativeOomScore && IsOomScoreRefused(problem))
        {
            _refusesNegativeOomScore = true;
            LogOomScoreRefused();
            return await TryRunSandboxAsync(config, cancellationToken);
        }
    }

    public Task RemoveSandboxAsync(string id, CancellationToken cancellationToken = default) => RemoveContainerAsync(id, cancellationToken);

    public Task<string> CreateContainerAsync(ContainerConfig config, CancellationToken cancellationToken = default) =>
        CreateAsync(DockerContainerSettings.Container(_node, config, _options), replaceAny: false, cancellationToken);

    public async Task StartContainerAsync(string id, CancellationToken cancellationToken = default)
    {
        await _starts.WaitAsync(cancellationToken);
        try
        {
            await _calls.TellAsync((engine, token) => engine.Containers.StartContainerAsync(id, new ContainerStartParameters(), token), cancellationToken);
        }
        finally
        {
            _starts.Release();
        }
    }

    public async Task StopContainerAsync(string id, TimeSpan grace, CancellationToken cancellationToken = default)
    {
        var seconds = (uint)Math.Max(0, Math.Ceiling(grace.TotalSeconds));
        await _calls.FindAsync<object>(
            async (engine, token) => await engine.Containers.StopContainerAsync(id, new ContainerStopParameters { WaitBeforeKillSeconds = seconds }, token),
            grace + _options.RequestTimeout,
            cancellationToken);
    }

    public Task ResizeContainerAsync(string id, ContainerResources resources, CancellationToken cancellationToken = default) =>
        _calls.TellAsync(
            (engine, token) => engine.Containers.UpdateContainerAsync(
                id,
                new ContainerUpdateParameters
                {
                    NanoCPUs = resources.NanoCpus,
                    CPUShares = resources.CpuShares,
                    Memory = resources.MemoryBytes,
                    MemorySwap = resources.MemoryBytes,
                },
                token),
            cancellationToken);

    public async Task RemoveContainerAsync(string id, CancellationToken cancellationToken = default)
    {
        try
        {
            await _calls.FindAsync<object>(
                async (engine, token) =>
                {
                    await engine.Containers.RemoveContainerAsync(id, new ContainerRemoveParameters { Force = true, RemoveVolumes = true }, token);
                    return true;
                },
                cancellationToken);
        }
        catch (RuntimeException problem) when (problem.InnerException is DockerApiException { StatusCode: HttpStatusCode.Conflict })
        {
            // "removal is already in progress": somebody else's removal is as good as ours.
            LogAlreadyBeingRemoved(id, problem);
        }
    }

    public async Task<SandboxStatus?> GetSandboxAsync(string id, CancellationToken cancellationToken = default) =>
        await InspectAsync(id, cancellationToken) is { } container ? await ReadSandboxAsync(container) : null;

    public async Task<ContainerStatus?> GetContainerAsync(string id, CancellationToken cancellationToken = default) =>
        await InspectAsync(id, cancellationToken) is { } container ? DockerReading.Container(container) : null;

    public Task CopyIntoAsync(string id, string directory, Stream tar, CancellationToken cancellationToken = default) =>
        _calls.TellAsync(
            (engine, token) => engine.Containers.ExtractArchiveToContainerAsync(id, new CopyToContainerParameters { Path = directory }, tar, token),
            cancellationToken);

    public async Task RemovePodStorageAsync(string podUid, CancellationToken cancellationToken = default)
    {
        var volumes = await _calls.AskAsync(
            (engine, token) => engine.Volumes.ListAsync(new VolumesListParameters { Filters = Filter("name", $"crescent_{podUid}_") }, token), cancellationToken);
        foreach (var volume in volumes.Volumes ?? [])
        {
            await _calls.TellAsync((engine, token) => engine.Volumes.RemoveAsync(volume.Name, force: true, token), cancellationToken);
        }
    }

    public void Dispose()
    {
        _calls.Engine.Dispose();
        _starts.Dispose();
        _sandboxImageLock.Dispose();
    }

    private static Dictionary<string, IDictionary<string, bool>> Filter(string name, string value) => new(StringComparer.Ordinal)
    {
        [name] = new Dictionary<string, bool>(StringComparer.Ordinal) { [value] = true },
    };

    private static bool IsSandbox(ContainerInspectResponse container) =>
        DockerLabels.Read(container.Config!.Labels!, DockerLabels.Kind) == DockerLabels.SandboxKind;

    /// <summary>Engines that lack the right to lower OOM scores say so in the first words, or their starter just dies with the second.</summary>
    private static bool IsOomScoreRefused(RuntimeException problem) =>
        problem.Message.Contains("oom_score_adj", StringComparison.Ordinal) ||
        problem.Message.Contains("can't get final child's PID", StringComparison.Ordinal);

    private async Task<SandboxStatus> TryRunSandboxAsync(SandboxConfig config, CancellationToken cancellationToken)
    {
        var id = await CreateAsync(DockerContainerSettings.Sandbox(_node, _options.SandboxImage, config, _options), replaceAny: true, cancellationToken);
        try
        {
            await StartContainerAsync(id, cancellationToken);
            var started = await InspectAsync(id, cancellationToken) ?? throw new RuntimeException("the sandbox vanished while it started", isTransient: true);
            var sandbox = DockerReading.Sandbox(started);
            if (sandbox is { IsRunning: true, Link: { } link })
            {
                await _links.EnsureAsync(id, sandbox.ProcessId, link);
            }

            return sandbox;
        }
        catch (Exception)
        {
            await RemoveContainerAsync(id, CancellationToken.None);
            throw;
        }
    }

    /// <summary>An earlier agent may have ended between starting a sandbox and attaching it; one that cannot be attached is as good as dead.</summary>
    private async Task<SandboxStatus> ReadSandboxAsync(ContainerInspectResponse container)
    {
        var sandbox = DockerReading.Sandbox(container);
        if (sandbox is not { IsRunning: true, Link: { } link })
        {
            return sandbox;
        }

        try
        {
            await _links.EnsureAsync(sandbox.Id, sandbox.ProcessId, link);
            return sandbox;
        }
        catch (RuntimeException problem)
        {
            LogNotAttached(sandbox.Id, problem);
            return sandbox with { IsRunning = false, Address = "" };
        }
    }

    private Task<ContainerInspectResponse?> InspectAsync(string id, CancellationToken cancellationToken) =>
        _calls.FindAsync((engine, token) => engine.Containers.InspectContainerAsync(id, token), cancellationToken);

    /// <summary>
    /// Creates a container under its unique name. When the name is taken, an earlier attempt was cut short: one that never started is
    /// replaced, one that runs is taken over.
    /// </summary>
    private async Task<string> CreateAsync(CreateContainerParameters settings, bool replaceAny, CancellationToken cancellationToken)
    {
        if (_refusesNegativeOomScore)
        {
            settings.HostConfig!.OomScoreAdj = Math.Max(0, settings.HostConfig.OomScoreAdj);
        }

        for (var attempt = 0; ; attempt++)
        {
            try
            {
                var created = await _calls.AskAsync((engine, token) => engine.Containers.CreateContainerAsync(settings, token), cancellationToken);
                return created.ID;
            }
            catch (RuntimeException problem) when (
                attempt == 0 && problem.InnerException is DockerApiException { StatusCode: HttpStatusCode.Conflict } &&
                problem.Message.Contains("already in use", StringComparison.Ordinal))
            {
                if (await InspectAsync(settings.Name!, cancellationToken) is not { } taken)
                {
                    continue;
                }

                var phase = DockerReading.Container(taken).Phase;
                if (!replaceAny && phase == ContainerPhase.Running)
                {
                    return taken.ID;
                }

                if (!replaceAny && phase == ContainerPhase.Exited)
                {
                    throw;
                }

                await RemoveContainerAsync(taken.ID, cancellationToken);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Sandbox {Id} runs without a network and will be replaced")]
    private partial void LogNotAttached(string id, Exception problem);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Container {Id} is already being removed")]
    private partial void LogAlreadyBeingRemoved(string id, Exception problem);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The engine may not lower OOM scores; containers run without")]
    private partial void LogOomScoreRefused();
}
