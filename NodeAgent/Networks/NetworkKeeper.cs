using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Crescent.NodeAgent.Networks;

/// <summary>Makes the pod network when the agent starts, and keeps bridge, node table and routes as the cluster's nodes want them.</summary>
internal sealed partial class NetworkKeeper(
    INetworkState state,
    PodNetwork network,
    IOptions<NodeNetworkOptions> options,
    TimeProvider time,
    ILogger<NetworkKeeper> logger) : BackgroundService
{
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await RunAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The agent stops.
        }
    }

    private async Task RunAsync(CancellationToken stoppingToken)
    {
        var seen = NetworkSnapshot.Empty;
        while (true)
        {
            try
            {
                await network.RepairAsync(stoppingToken);
                if (OperatingSystem.IsLinux() && seen.IsLoaded)
                {
                    await EnsureRoutesAsync(seen, stoppingToken);
                }

                seen = await WaitForNodesAsync(seen, stoppingToken);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(logger, exception);
                await Task.Delay(RetryPause, time, stoppingToken);
            }
        }
    }

    /// <summary>Waits for other nodes, or until it is time to look again.</summary>
    private async Task<NetworkSnapshot> WaitForNodesAsync(NetworkSnapshot seen, CancellationToken stoppingToken)
    {
        using var resync = new CancellationTokenSource(options.Value.ResyncInterval, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(resync.Token, stoppingToken);
        var latest = seen;
        try
        {
            while (Describe(latest) == Describe(seen) && latest.IsLoaded == seen.IsLoaded)
            {
                latest = await state.WaitForChangeAsync(latest, either.Token);
            }
        }
        catch (OperationCanceledException) when (!stoppingToken.IsCancellationRequested)
        {
            // Time to look.
        }

        return latest;
    }

    private async Task EnsureRoutesAsync(NetworkSnapshot snapshot, CancellationToken stoppingToken)
    {
        var protocol = RoutePlanner.Protocol.ToString(CultureInfo.InvariantCulture);
        var shown = await HostProgram.RunAsync("ip", ["-j", "route", "show", "proto", protocol], null, stoppingToken);
        if (!shown.Succeeded)
        {
            LogRouteFailed(logger, "show", shown.Errors.Trim());
            return;
        }

        var local = NetworkInterface.GetAllNetworkInterfaces()
            .SelectMany(card => card.GetIPProperties().UnicastAddresses)
            .Select(unicast => unicast.Address)
            .ToHashSet();
        foreach (var arguments in RoutePlanner.Plan(snapshot.Nodes.Values, local, RoutePlanner.Parse(shown.Output)))
        {
            var result = await HostProgram.RunAsync("ip", arguments, null, stoppingToken);
            if (!result.Succeeded)
            {
                LogRouteFailed(logger, string.Join(' ', arguments), result.Errors.Trim());
            }
        }
    }

    // Heartbeats do not change this text.
    private static string Describe(NetworkSnapshot snapshot) => string.Join('\n', snapshot.Nodes.Values
        .OrderBy(node => node.Name, StringComparer.Ordinal)
        .Select(node => $"{node.Name} {string.Join(',', node.PodCidrs)} {string.Join(',', node.InternalIps.Select(ip => ip.ToString()))}"));

    [LoggerMessage(LogLevel.Error, "The pod network is not as it should be; trying again")]
    private static partial void LogFailed(ILogger logger, Exception exception);

    [LoggerMessage(LogLevel.Warning, "ip {Arguments} failed: {Reason}")]
    private static partial void LogRouteFailed(ILogger logger, string arguments, string reason);
}
