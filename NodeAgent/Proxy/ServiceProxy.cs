using System.Collections.Immutable;
using System.Net;
using System.Net.NetworkInformation;
using Crescent.NodeAgent.Networks;
using Crescent.NodeAgent.Registration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Crescent.NodeAgent.Proxy;

/// <summary>
/// Carries services: loads the service table when services or endpoints change. The first change is applied at once, what comes shortly
/// after is merged. The rules stay when the agent stops, as pods do.
/// </summary>
internal sealed partial class ServiceProxy(
    INodeLink link,
    INetworkState state,
    ServiceTable table,
    IOptions<NodeNetworkOptions> options,
    TimeProvider time,
    ILogger<ServiceProxy> logger) : BackgroundService
{
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(1);

    private readonly ServiceRules _rules = new();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!OperatingSystem.IsLinux() || options.Value.ProxyMode != ProxyMode.Nftables)
        {
            LogOff(logger);
            return;
        }

        try
        {
            var registration = await link.WaitForRegistrationAsync(stoppingToken);
            if (registration.Network is not { } network)
            {
                LogNoNetwork(logger);
                return;
            }

            await RunAsync(IPNetwork.Parse(network.PodCidr), IPNetwork.Parse(network.ServiceCidr), stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The agent stops.
        }
    }

    private async Task RunAsync(IPNetwork podCidr, IPNetwork serviceCidr, CancellationToken stoppingToken)
    {
        var applied = NetworkSnapshot.Empty;
        while (true)
        {
            try
            {
                var snapshot = await NextAsync(applied, stoppingToken);
                if (ReferenceEquals(snapshot, applied))
                {
                    await table.RepairAsync(stoppingToken);
                    continue;
                }

                var started = time.GetTimestamp();
                var context = new ServiceRulesContext(options.Value.ServiceTable, podCidr, serviceCidr, LocalNodes(snapshot));
                await table.LoadAsync(_rules.Build(snapshot, context), stoppingToken);
                await ForgetFlowsAsync(applied, snapshot, stoppingToken);
                applied = snapshot;
                var took = time.GetElapsedTime(started);
                ProxyInstruments.SyncDuration.Record(took.TotalSeconds);
                LogApplied(logger, snapshot.Services.Count, took.TotalMilliseconds);
                await Task.Delay(options.Value.ProxyMinInterval, time, stoppingToken);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(logger, exception);
                await Task.Delay(RetryPause, time, stoppingToken);
            }
        }
    }

    /// <summary>The next loaded state; the same one again when it is time to look after the table.</summary>
    private async Task<NetworkSnapshot> NextAsync(NetworkSnapshot applied, CancellationToken stoppingToken)
    {
        using var resync = new CancellationTokenSource(options.Value.ResyncInterval, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(resync.Token, stoppingToken);
        try
        {
            var next = applied;
            do
            {
                next = await state.WaitForChangeAsync(next, either.Token);
            }
            while (!next.IsLoaded);
            return next;
        }
        catch (OperationCanceledException) when (!stoppingToken.IsCancellationRequested)
        {
            return applied;
        }
    }

    private ImmutableSortedSet<string> LocalNodes(NetworkSnapshot snapshot)
    {
        if (!snapshot.Services.Values.Any(service => service.IsExternalLocal || service.IsInternalLocal))
        {
            return []; // Nobody asks; listing interfaces is not free.
        }

        var addresses = NetworkInterface.GetAllNetworkInterfaces()
            .SelectMany(card => card.GetIPProperties().UnicastAddresses)
            .Select(unicast => unicast.Address)
            .ToHashSet();
        return [link.NodeName, .. snapshot.Nodes.Values.Where(node => node.InternalIps.Any(addresses.Contains)).Select(node => node.Name)];
    }

    private async Task ForgetFlowsAsync(NetworkSnapshot before, NetworkSnapshot after, CancellationToken stoppingToken)
    {
        if (!before.IsLoaded)
        {
            return;
        }

        foreach (var arguments in ConntrackPlanner.Plan(before, after))
        {
            // Exit code 1 says that there was no such flow.
            var result = await HostProgram.RunAsync("conntrack", arguments, null, stoppingToken);
            if (result.ExitCode is not (0 or 1))
            {
                LogFlowsKept(logger, result.Errors.Trim());
                return;
            }
        }
    }

    [LoggerMessage(LogLevel.Information, "Service proxy is off; services are not carried on this node by this agent")]
    private static partial void LogOff(ILogger logger);

    [LoggerMessage(LogLevel.Warning, "The cluster told no service range; services are not carried on this node")]
    private static partial void LogNoNetwork(ILogger logger);

    [LoggerMessage(LogLevel.Debug, "Loaded rules of {Services} services in {Milliseconds} ms")]
    private static partial void LogApplied(ILogger logger, int services, double milliseconds);

    [LoggerMessage(LogLevel.Error, "Service rules could not be loaded; trying again")]
    private static partial void LogFailed(ILogger logger, Exception exception);

    [LoggerMessage(LogLevel.Warning, "UDP flows to removed endpoints may live on until they time out: {Reason}")]
    private static partial void LogFlowsKept(ILogger logger, string reason);
}
