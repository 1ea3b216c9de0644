using System.Collections.Immutable;
using System.Net;
using Crescent.NodeAgent.Networks;
using Crescent.NodeAgent.Registration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Crescent.NodeAgent.Dns;

/// <summary>
/// Cluster DNS of this node, on the address of its bridge. Pods ask the cluster DNS address, which the node's table leads here. A name
/// is served as soon as the feed tells of it.
/// </summary>
internal sealed partial class DnsServer(
    INodeLink link,
    INetworkState state,
    IPodNetwork network,
    DnsEndpoint endpoint,
    Upstreams upstreams,
    IOptions<NodeNetworkOptions> options,
    TimeProvider time,
    ILogger<DnsServer> logger) : BackgroundService
{
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!OperatingSystem.IsLinux() || !options.Value.IsDnsEnabled)
        {
            LogOff(logger);
            return;
        }

        try
        {
            var registration = await link.WaitForRegistrationAsync(stoppingToken);
            var podCidr = IPNetwork.Parse(registration.PodCidr);
            var gateway = NodeTable.Gateway(podCidr);
            upstreams.Own = [gateway, .. IPAddress.TryParse(registration.Network?.ClusterDns, out var dns) ? [dns] : (IPAddress[])[]];
            await BindAsync(new IPEndPoint(gateway, options.Value.DnsPort), stoppingToken);
            await Task.WhenAll(endpoint.RunAsync(stoppingToken), FollowStateAsync(registration.Network, podCidr, stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The agent stops.
        }
    }

    private async Task BindAsync(IPEndPoint address, CancellationToken stoppingToken)
    {
        for (var isFirst = true; ; isFirst = false)
        {
            try
            {
                await network.EnsureAsync(stoppingToken);
                endpoint.Bind(address);
                LogServing(logger, address);
                return;
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                if (isFirst)
                {
                    LogNotBound(logger, exception, address);
                }

                await Task.Delay(RetryPause, time, stoppingToken);
            }
        }
    }

    private async Task FollowStateAsync(Crescent.Nodes.ClusterNetwork? cluster, IPNetwork podCidr, CancellationToken stoppingToken)
    {
        var domain = cluster?.ClusterDomain ?? "cluster.local";
        ImmutableArray<IPNetwork> own = cluster is null ? [podCidr] : [IPNetwork.Parse(cluster.PodCidr), IPNetwork.Parse(cluster.ServiceCidr)];
        var snapshot = NetworkSnapshot.Empty;
        while (true)
        {
            snapshot = await state.WaitForChangeAsync(snapshot, stoppingToken);
            if (snapshot.IsLoaded)
            {
                endpoint.Zone = DnsZoneBuilder.Build(snapshot, domain, own);
                await Task.Delay(options.Value.ProxyMinInterval, time, stoppingToken); // Merges bursts.
            }
        }
    }

    [LoggerMessage(LogLevel.Information, "Cluster DNS is off on this node")]
    private static partial void LogOff(ILogger logger);

    [LoggerMessage(LogLevel.Information, "Serving cluster DNS on {Address}")]
    private static partial void LogServing(ILogger logger, IPEndPoint address);

    [LoggerMessage(LogLevel.Warning, "Cluster DNS cannot be served on {Address} yet; trying on")]
    private static partial void LogNotBound(ILogger logger, Exception exception, IPEndPoint address);
}
