using System.Net;
using Crescent.NodeAgent.Runtimes;
using Crescent.NodeAgent.Runtimes.Docker;
using Docker.DotNet.Models;
using Microsoft.Extensions.Logging;

namespace Crescent.NodeAgent.Networks;

/// <summary>The node's network on the Docker engine: one bridge with the node's pod range.</summary>
internal sealed partial class ContainerNetwork(DockerCalls docker, ILogger<ContainerNetwork> logger)
{
    private const string NodeLabel = "crescent.node";
    private const string BridgeNameOption = "com.docker.network.bridge.name";
    private static readonly System.Version DirectRoutingVersion = new(28, 0);

    /// <summary>
    /// Creates the network, or replaces it when its range is another and no container is attached. A <paramref name="bridge"/> of null
    /// leaves name and masquerading to the engine. True when the engine keeps to <paramref name="part"/> of the
    /// range, so that the agent may give out the rest; a part of null leaves it all to the engine.
    /// </summary>
    /// <exception cref="RuntimeException">The engine cannot be reached, or does not make it: in its own words.</exception>
    public async Task<bool> EnsureAsync(string nodeName, IPNetwork podCidr, IPNetwork? part, string? bridge, int? mtu, CancellationToken cancellationToken)
    {
        var name = NodeNames.Network(nodeName);
        if (await FindAsync(name, cancellationToken) is { } existing)
        {
            if (IsAsWanted(existing, podCidr, part, bridge))
            {
                return part is not null;
            }

            var seen = await docker.AskAsync((engine, token) => engine.Networks.InspectNetworkAsync(existing.ID, token), cancellationToken);
            var attached = seen.Containers?.Count ?? 0;
            attached += await CountLinkedAsync(nodeName, cancellationToken);
            if (attached > 0)
            {
                LogInUse(logger, name, attached, podCidr);
                return false;
            }

            await docker.TellAsync((engine, token) => engine.Networks.DeleteNetworkAsync(existing.ID, token), cancellationToken);
        }

        var wanted = await DescribeAsync(name, nodeName, podCidr, part, bridge, mtu, cancellationToken);
        try
        {
            await docker.TellAsync((engine, token) => engine.Networks.CreateNetworkAsync(wanted, token), cancellationToken);
        }
        catch (RuntimeException problem)
        {
            // Most often the range is another network's.
            throw new RuntimeException($"the node's network {name} ({podCidr}) cannot be made: {problem.Message}", problem.IsTransient, problem);
        }

        LogCreated(logger, name, podCidr);
        return part is not null;
    }

    /// <summary>Removes the node's network; containers still attached to it keep it.</summary>
    public async Task RemoveAsync(string nodeName, CancellationToken cancellationToken)
    {
        var name = NodeNames.Network(nodeName);
        if (await FindAsync(name, cancellationToken) is { } existing)
        {
            try
            {
                await docker.TellAsync((engine, token) => engine.Networks.DeleteNetworkAsync(existing.ID, token), cancellationToken);
            }
            catch (RuntimeException exception)
            {
                LogNotRemoved(logger, exception, name);
            }
        }
    }

    private static bool IsAsWanted(NetworkResponse network, IPNetwork podCidr, IPNetwork? part, string? bridge) =>
        network.IPAM?.Config?.Any(pool => pool.Subnet == podCidr.ToString() && (pool.IPRange ?? "") == (part?.ToString() ?? "")) == true
        && (bridge is null || (network.Options?.TryGetValue(BridgeNameOption, out var name) == true && name == bridge));

    /// <summary>Running sandboxes the agent attached to the bridge: the engine does not count them as the network's.</summary>
    private async Task<int> CountLinkedAsync(string nodeName, CancellationToken cancellationToken)
    {
        var labels = new Dictionary<string, bool>(StringComparer.Ordinal) { [$"{DockerLabels.Node}={nodeName}"] = true, [DockerLabels.Link] = true };
        var filters = new Dictionary<string, IDictionary<string, bool>>(StringComparer.Ordinal) { ["label"] = labels };
        var linked = await docker.AskAsync(
            (engine, token) => engine.Containers.ListContainersAsync(new ContainersListParameters { Filters = filters }, token), cancellationToken);
        return linked.Count;
    }

    private async Task<NetworkResponse?> FindAsync(string name, CancellationToken cancellationToken)
    {
        var filters = new Dictionary<string, IDictionary<string, bool>>(StringComparer.Ordinal)
        {
            ["name"] = new Dictionary<string, bool>(StringComparer.Ordinal) { [name] = true },
        };
        var found = await docker.AskAsync(
            (engine, token) => engine.Networks.ListNetworksAsync(new NetworksListParameters { Filters = filters }, token), cancellationToken);
        return found.FirstOrDefault(network => network.Name == name); // The filter also matches parts of names.
    }

    private async Task<NetworksCreateParameters> DescribeAsync(
        string name, string nodeName, IPNetwork podCidr, IPNetwork? part, string? bridge, int? mtu, CancellationToken cancellationToken)
    {
        var options = new Dictionary<string, string>(StringComparer.Ordinal);
        if (bridge is not null)
        {
            options[BridgeNameOption] = bridge;
            options["com.docker.network.bridge.enable_ip_masquerade"] = "false";
            var version = await docker.AskAsync(static (engine, token) => engine.System.GetVersionAsync(token), cancellationToken);
            if (System.Version.TryParse(version.Version.Split('+', '-')[0], out var parsed) && parsed >= DirectRoutingVersion)
            {
                // Newer engines drop packets to container addresses that come from elsewhere than the bridge.
                options["com.docker.network.bridge.gateway_mode_ipv4"] = "nat-unprotected";
            }
        }

        if (mtu is { } size)
        {
            options["com.docker.network.driver.mtu"] = size.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        return new NetworksCreateParameters
        {
            Name = name,
            Driver = "bridge",
            Options = options,
            Labels = new Dictionary<string, string>(StringComparer.Ordinal) { [NodeLabel] = nodeName },
            IPAM = new IPAM
            {
                Driver = "default",
                Config =
                [
                    new IPAMConfig { Subnet = podCidr.ToString(), Gateway = NodeTable.Gateway(podCidr).ToString(), IPRange = part?.ToString()! },
                ],
            },
        };
    }

    [LoggerMessage(LogLevel.Information, "Created pod network {Network} with {PodCidr}")]
    private static partial void LogCreated(ILogger logger, string network, IPNetwork podCidr);

    [LoggerMessage(LogLevel.Warning,
        "Pod network {Network} does not fit the pod range {PodCidr}, but {Count} containers use it; it stays until they are gone")]
    private static partial void LogInUse(ILogger logger, string network, int count, IPNetwork podCidr);

    [LoggerMessage(LogLevel.Warning, "Pod network {Network} could not be removed")]
    private static partial void LogNotRemoved(ILogger logger, Exception exception, string network);
}
