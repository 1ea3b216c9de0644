using System.Collections.Immutable;
using Crescent.NodeAgent.Registration;
using Crescent.NodeAgent.Runtimes;
using Crescent.NodeAgent.Runtimes.Docker;
using Crescent.NodeAgent.Stats.Sinks;
using Crescent.Nodes;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Crescent.NodeAgent.Stats;

/// <summary>Measures the node and its containers now and then; hands the round to the heartbeat and to the sinks.</summary>
internal sealed partial class StatsCollector(
    INodeLink link,
    IContainerRuntime runtime,
    RuntimeState state,
    RuntimeMonitor monitor,
    MachineReader machine,
    CgroupReader cgroups,
    WritableLayers layers,
    IEnumerable<IMetricsSink> sinks,
    IOptions<StatsOptions> options,
    IOptions<DockerOptions> engine,
    NewestStats newest,
    TimeProvider time,
    ILogger<StatsCollector> logger) : BackgroundService
{
    private const int ParallelReads = 4;

    private readonly UsageRates _rates = new();
    private readonly ImmutableArray<IMetricsSink> _sinks = Chosen(sinks, options.Value);
    private DateTimeOffset _lastRound;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await monitor.WaitForListAsync(stoppingToken);
            var info = await runtime.GetInfoAsync(stoppingToken);
            using var timer = new PeriodicTimer(options.Value.Interval, time);
            do
            {
                await MeasureAsync(info, stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            LogStopped();
        }
    }

    private async Task MeasureAsync(RuntimeInfo info, CancellationToken cancellationToken)
    {
        try
        {
            var round = await TakeRoundAsync(info, cancellationToken);
            newest.Put(round.Stats);
            foreach (var sink in _sinks)
            {
                await WriteAsync(sink, round, cancellationToken);
            }
        }
        catch (Exception problem) when (!cancellationToken.IsCancellationRequested)
        {
            LogFailed(problem);
        }
    }

    private async Task<StatsRound> TakeRoundAsync(RuntimeInfo info, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var machineUsage = machine.Read();
        var containers = ImmutableArray.CreateBuilder<ContainerRound>();
        var pods = ImmutableArray.CreateBuilder<PodStats>();
        using var reads = new SemaphoreSlim(ParallelReads);
        foreach (var pod in state.All.ToList())
        {
            var running = pod.Containers.Where(static container => container.Phase == ContainerPhase.Running).ToList();
            if (running.Count == 0)
            {
                continue;
            }

            var network = pod.Sandbox is { IsHostNetwork: false, ProcessId: > 0 } sandbox ? sandbox.ProcessId : 0;
            var measured = await Task.WhenAll(running.Select(container => ReadAsync(container, network, reads, cancellationToken)));
            var rounds = measured.Zip(running)
                .Where(static pair => pair.First is not null)
                .Select(pair => new ContainerRound(pair.Second, _rates.Sample(
                    pair.Second.Id, pair.First!, layers.BytesOf(pair.Second.Id), machineUsage.FileSystemCapacityBytes)))
                .ToList();
            if (rounds.Count == 0)
            {
                continue;
            }

            containers.AddRange(rounds);
            pods.Add(new PodStats
            {
                Namespace = running[0].Pod.Namespace,
                Name = running[0].Pod.Name,
                Uid = running[0].Pod.Uid,
                Usage = Sum([.. rounds.Select(static container => container.Usage)], sharesNetwork: true, now),
                Containers = [.. rounds.Select(static container => new ContainerStats { Name = container.Container, Usage = container.Usage })],
            });
        }

        var window = _lastRound == default ? TimeSpan.Zero : now - _lastRound;
        _lastRound = now;

        // Pods run on the engine's machine: where that is another one, what they use is all there is to know of it.
        var nodeSample = engine.Value.SharesFileSystem
            ? WithRate(machineUsage, _rates.Rate("", machineUsage.Timestamp, machineUsage.CpuNanoseconds))
            : Sum([.. pods.Select(static pod => pod.Usage)], sharesNetwork: false, now);
        _rates.EndRound();
        return new StatsRound
        {
            NodeName = link.NodeName,
            Stats = new NodeStats { Node = nodeSample, Pods = pods.ToImmutable(), Window = window },
            Containers = containers.ToImmutable(),
            CpuCount = info.CpuCount,
            MemoryBytes = info.MemoryBytes,
        };
    }

    /// <summary>From the kernel where the container is on this machine, else from the engine.</summary>
    private async Task<RuntimeUsage?> ReadAsync(ContainerStatus container, long networkProcess, SemaphoreSlim reads, CancellationToken cancellationToken)
    {
        if (OperatingSystem.IsLinux() && engine.Value.SharesFileSystem && container.ProcessId > 0 &&
            cgroups.Read(container.ProcessId, networkProcess) is { } local)
        {
            return local;
        }

        await reads.WaitAsync(cancellationToken);
        try
        {
            return await runtime.GetUsageAsync(container.Id, cancellationToken);
        }
        catch (RuntimeException problem)
        {
            LogUnknown(container.Name, problem);
            return null;
        }
        finally
        {
            reads.Release();
        }
    }

    private async Task WriteAsync(IMetricsSink sink, StatsRound round, CancellationToken cancellationToken)
    {
        try
        {
            await sink.WriteAsync(round, cancellationToken);
        }
        catch (Exception problem) when (!cancellationToken.IsCancellationRequested)
        {
            LogSink(sink.Name, problem);
        }
    }

    private static ImmutableArray<IMetricsSink> Chosen(IEnumerable<IMetricsSink> sinks, StatsOptions options)
    {
        var names = options.Sinks.Count == 0 ? ["prometheus"] : options.Sinks;
        var known = sinks.ToDictionary(static sink => sink.Name, StringComparer.OrdinalIgnoreCase);
        return [.. names.Select(name => known.GetValueOrDefault(name) ?? throw new OptionsValidationException(
            nameof(StatsOptions), typeof(StatsOptions), [$"there is no metrics sink '{name}'; known: {string.Join(", ", known.Keys)}"]))];
    }

    /// <summary>Of a pod's containers, which share its network, or of a node's pods, which do not.</summary>
    private static UsageSample Sum(IReadOnlyList<UsageSample> parts, bool sharesNetwork, DateTimeOffset now)
    {
        return new UsageSample
        {
            Timestamp = now,
            CpuNanoseconds = Add(static usage => usage.CpuNanoseconds),
            CpuNanoCores = Add(static usage => usage.CpuNanoCores),
            MemoryUsageBytes = Add(static usage => usage.MemoryUsageBytes),
            MemoryWorkingSetBytes = Add(static usage => usage.MemoryWorkingSetBytes),
            MemoryRssBytes = Add(static usage => usage.MemoryRssBytes),
            NetworkReceivedBytes = sharesNetwork ? parts[0].NetworkReceivedBytes : Add(static usage => usage.NetworkReceivedBytes),
            NetworkSentBytes = sharesNetwork ? parts[0].NetworkSentBytes : Add(static usage => usage.NetworkSentBytes),
            FileSystemUsedBytes = Add(static usage => usage.FileSystemUsedBytes),
            FileSystemCapacityBytes = parts.Count == 0 ? -1 : parts[0].FileSystemCapacityBytes,
            ProcessCount = Add(static usage => usage.ProcessCount),
        };

        // Unknown parts make the sum unknown only when all are; nothing adds up to nothing.
        long Add(Func<UsageSample, long> value) => parts.Count == 0 || parts.Any(part => value(part) >= 0)
            ? parts.Sum(part => Math.Max(0, value(part)))
            : -1;
    }

    private static UsageSample WithRate(UsageSample node, long rate) => new()
    {
        Timestamp = node.Timestamp,
        CpuNanoseconds = node.CpuNanoseconds,
        CpuNanoCores = rate,
        MemoryUsageBytes = node.MemoryUsageBytes,
        MemoryWorkingSetBytes = node.MemoryWorkingSetBytes,
        MemoryRssBytes = node.MemoryRssBytes,
        NetworkReceivedBytes = node.NetworkReceivedBytes,
        NetworkSentBytes = node.NetworkSentBytes,
        FileSystemUsedBytes = node.FileSystemUsedBytes,
        FileSystemCapacityBytes = node.FileSystemCapacityBytes,
        ProcessCount = node.ProcessCount,
    };

    [LoggerMessage(Level = LogLevel.Debug, Message = "Measuring stopped")]
    private partial void LogStopped();

    [LoggerMessage(Level = LogLevel.Warning, Message = "This round of measurement failed")]
    private partial void LogFailed(Exception problem);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Usage of container {Name} is unknown")]
    private partial void LogUnknown(string name, Exception problem);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Metrics sink {Sink} failed")]
    private partial void LogSink(string sink, Exception problem);
}
