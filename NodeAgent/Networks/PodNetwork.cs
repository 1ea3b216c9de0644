using System.Net;
using Crescent.NodeAgent.Networks.Links;
using Crescent.NodeAgent.Proxy;
using Crescent.NodeAgent.Registration;
using Crescent.NodeAgent.Runtimes.Docker;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Crescent.NodeAgent.Networks;

/// <summary>
/// Pod network on a Docker engine. On Linux with a local engine the bridge, the node's nftables table and the kernel settings are kept
/// up as well; elsewhere the engine's own bridge and masquerading must do.
/// </summary>
internal sealed partial class PodNetwork(
    INodeLink link,
    ContainerNetwork network,
    INetworkState state,
    INftables nftables,
    PodLinks links,
    IOptions<DockerOptions> engine,
    IOptions<NodeNetworkOptions> options,
    TimeProvider time,
    ILogger<PodNetwork> logger) : IPodNetwork, IDisposable
{
    // The network keeper looks more often; starts of pods do not wait for a look of their own.
    private static readonly TimeSpan TrustFor = TimeSpan.FromMinutes(2);

    private readonly SemaphoreSlim _gate = new(1, 1);
    private volatile Known? _known;

    /// <summary>Name of the bridge interface; meaningful on Linux only.</summary>
    public string Bridge => options.Value.BridgeName ?? NodeNames.Bridge(link.NodeName);

    public Task<PodSegment> EnsureAsync(CancellationToken cancellationToken = default) => EnsureAsync(TrustFor, cancellationToken);

    /// <summary>Looks at everything again, whatever was seen a moment ago.</summary>
    public Task<PodSegment> RepairAsync(CancellationToken cancellationToken) => EnsureAsync(TimeSpan.Zero, cancellationToken);

    public void Dispose() => _gate.Dispose();

    private async Task<PodSegment> EnsureAsync(TimeSpan trustFor, CancellationToken cancellationToken)
    {
        var registration = await link.WaitForRegistrationAsync(cancellationToken);
        var podCidr = IPNetwork.Parse(registration.PodCidr);
        if (Trusted() is { } seen)
        {
            return seen;
        }

        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (Trusted() is { } meanwhile)
            {
                return meanwhile;
            }

            var bridge = OperatingSystem.IsLinux() ? Bridge : null;
            var part = bridge is not null && links.CanAttach && engine.Value.SharesFileSystem ? AddressRange.OfEngine(podCidr) : null;
            var isShared = await network.EnsureAsync(link.NodeName, podCidr, part, bridge, options.Value.Mtu, cancellationToken);
            var segment = new PodSegment(NodeNames.Network(link.NodeName));
            if (bridge is not null && IsLocalBridge(bridge))
            {
                await EnsureHostAsync(bridge, podCidr, registration.Network, cancellationToken);
                segment = segment with { Bridge = isShared ? new BridgeSegment(bridge, podCidr, options.Value.Mtu) : null };
            }

            _known = new Known(segment, podCidr, time.GetTimestamp());
            return segment;
        }
        finally
        {
            _gate.Release();
        }

        PodSegment? Trusted() =>
            _known is { } known && known.PodCidr == podCidr && time.GetElapsedTime(known.SeenAt) < trustFor ? known.Segment : null;
    }

    // The engine may run on another host; then its bridge is not ours to equip. /proc/net is that of this process's network namespace,
    // /sys/class/net that of whoever mounted it.
    private static bool IsLocalBridge(string bridge) =>
        File.ReadLines("/proc/net/dev").Any(line => line.AsSpan().TrimStart().StartsWith($"{bridge}:", StringComparison.Ordinal));

    private async Task EnsureHostAsync(
        string bridge, IPNetwork podCidr, Crescent.Nodes.ClusterNetwork? cluster, CancellationToken cancellationToken)
    {
        var failed = await KernelSettings.EnsureAsync(bridge, cancellationToken);
        if (failed.Count > 0)
        {
            LogSettingsFailed(logger, string.Join(", ", failed));
        }

        if (options.Value.ProxyMode != ProxyMode.Nftables)
        {
            return;
        }

        var (script, marker) = NodeTable.Render(
            link.NodeName,
            podCidr,
            cluster is { } known ? IPNetwork.Parse(known.PodCidr) : podCidr,
            IPAddress.Parse(cluster?.ClusterDns ?? "10.96.0.10"),
            options.Value.DnsPort,
            options.Value.IsDnsEnabled,
            state.Current.Nodes.Values.SelectMany(node => node.InternalIps)
                .Where(address => address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork));
        if (!await nftables.HasChainAsync(NodeNames.NodeTable(link.NodeName), marker, cancellationToken)
            && await nftables.TryRunAsync(script, cancellationToken) is { } error)
        {
            LogTableFailed(logger, error); // Pods run without it, if poorly; the next look tries again.
            return;
        }

        if (!await ForwardAccept.EnsureAsync(cancellationToken))
        {
            LogNoForwardRule(logger);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Kernel settings could not be switched on: {Settings}; service traffic of pods may not work")]
    private static partial void LogSettingsFailed(ILogger logger, string settings);

    [LoggerMessage(LogLevel.Error, "The node's nftables table could not be loaded; services and names do not work in pods: {Reason}")]
    private static partial void LogTableFailed(ILogger logger, string reason);

    [LoggerMessage(LogLevel.Information, "No iptables on this host; no rule was added to let pod traffic pass other filters")]
    private static partial void LogNoForwardRule(ILogger logger);

    private sealed record Known(PodSegment Segment, IPNetwork PodCidr, long SeenAt);
}
