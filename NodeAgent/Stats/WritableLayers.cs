using System.Collections.Concurrent;
using Crescent.NodeAgent.Runtimes;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Crescent.NodeAgent.Stats;

/// <summary>
/// What running containers have written beside their image. The engine counts a layer by walking its files, so this goes round more seldom
/// than the other figures and asks for one container at a time.
/// </summary>
internal sealed partial class WritableLayers(
    IContainerRuntime runtime,
    RuntimeState state,
    RuntimeMonitor monitor,
    IOptions<StatsOptions> options,
    TimeProvider time,
    ILogger<WritableLayers> logger) : BackgroundService
{
    private readonly ConcurrentDictionary<string, long> _bytes = new(StringComparer.Ordinal);

    /// <summary>Bytes of the container's writable layer at the last round; -1 until it was measured.</summary>
    public long BytesOf(string containerId) => _bytes.GetValueOrDefault(containerId, -1);

    /// <summary>Measures every running container once and forgets those that are gone.</summary>
    public async Task MeasureAsync(CancellationToken cancellationToken)
    {
        string[] running =
        [
            .. state.All.SelectMany(static pod => pod.Containers)
                .Where(static container => container.Phase == ContainerPhase.Running)
                .Select(static container => container.Id),
        ];
        foreach (var id in running)
        {
            try
            {
                if (await runtime.GetWritableBytesAsync(id, cancellationToken) is { } bytes)
                {
                    _bytes[id] = bytes;
                }
            }
            catch (RuntimeException problem)
            {
                LogUnknown(id, problem);
            }
        }

        foreach (var gone in _bytes.Keys.Except(running))
        {
            _bytes.TryRemove(gone, out _);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await monitor.WaitForListAsync(stoppingToken);
            using var timer = new PeriodicTimer(options.Value.FileSystemInterval, time);
            do
            {
                await MeasureAsync(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            LogStopped();
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Measuring file systems stopped")]
    private partial void LogStopped();

    [LoggerMessage(Level = LogLevel.Debug, Message = "The size of container {Id} is unknown")]
    private partial void LogUnknown(string id, Exception problem);
}
