using Docker.DotNet;
using Docker.DotNet.Models;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Crescent.NodeAgent.Networks;

/// <summary>
/// Lets pods reach themselves through their own service: a bridge does not send a frame back through the port it came from unless the
/// port is in hairpin mode. Docker sets that only without its userland proxy, so it is set here whenever the engine attached a container.
/// </summary>
internal sealed partial class HairpinKeeper(
    PodNetwork network, IDockerClient docker, TimeProvider time, ILogger<HairpinKeeper> logger) : BackgroundService
{
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        try
        {
            while (true)
            {
                try
                {
                    var name = (await network.EnsureAsync(stoppingToken)).Network;
                    EnsurePorts();
                    await docker.System.MonitorEventsAsync(Attachments(name), new Attached(EnsurePorts), stoppingToken);
                }
                catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
                {
                    LogInterrupted(logger, exception);
                }

                await Task.Delay(RetryPause, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The agent stops.
        }
    }

    private static ContainerEventsParameters Attachments(string network) => new()
    {
        Filters = new Dictionary<string, IDictionary<string, bool>>(StringComparer.Ordinal)
        {
            ["type"] = new Dictionary<string, bool>(StringComparer.Ordinal) { ["network"] = true },
            ["event"] = new Dictionary<string, bool>(StringComparer.Ordinal) { ["connect"] = true },
            ["network"] = new Dictionary<string, bool>(StringComparer.Ordinal) { [network] = true },
        },
    };

    private void EnsurePorts()
    {
        var ports = $"/sys/class/net/{network.Bridge}/brif";
        if (!Directory.Exists(ports))
        {
            return; // The engine is on another host.
        }

        foreach (var port in Directory.EnumerateFileSystemEntries(ports))
        {
            try
            {
                var mode = Path.Combine(port, "hairpin_mode");
                if (File.ReadAllText(mode).Trim() == "0")
                {
                    File.WriteAllText(mode, "1");
                }
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                LogPortFailed(logger, exception, port); // Mostly a pod that has just gone.
            }
        }
    }

    [LoggerMessage(LogLevel.Debug, "Events of the engine were interrupted")]
    private static partial void LogInterrupted(ILogger logger, Exception exception);

    [LoggerMessage(LogLevel.Debug, "Hairpin mode of {Port} was not set")]
    private static partial void LogPortFailed(ILogger logger, Exception exception, string port);

    // Progress<T> would hand the event to the thread pool in any order.
    private sealed class Attached(Action action) : IProgress<Message>
    {
        public void Report(Message value) => action();
    }
}
