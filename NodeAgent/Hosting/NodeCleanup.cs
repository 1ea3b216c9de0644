using System.ComponentModel;
using System.Diagnostics;
using Crescent.NodeAgent.Networks;
using Crescent.NodeAgent.Runtimes.Docker;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace Crescent.NodeAgent.Hosting;

/// <summary>Takes everything a node left on its machine away: containers, the pod network, nftables tables.</summary>
internal sealed class NodeCleanup(IDockerClient docker, string nodeName, TextWriter output)
{
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var containers = await docker.Containers.ListContainersAsync(
            new ContainersListParameters { All = true, Filters = Labelled(nodeName) }, cancellationToken);
        await Parallel.ForEachAsync(
            containers,
            new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = cancellationToken },
            async (container, token) => await RemoveAsync(container.ID, token));
        if (containers.Count > 0)
        {
            await output.WriteLineAsync($"removed {containers.Count} containers of node {nodeName}");
        }

        await RemoveNetworkAsync(cancellationToken);
        await RemoveTablesAsync(cancellationToken);
    }

    private async Task RemoveAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            await docker.Containers.RemoveContainerAsync(id, new() { Force = true, RemoveVolumes = true }, cancellationToken);
        }
        catch (DockerContainerNotFoundException)
        {
            // Somebody was faster.
        }
    }

    private async Task RemoveNetworkAsync(CancellationToken cancellationToken)
    {
        var name = NodeNames.Network(nodeName);
        var networks = await docker.Networks.ListNetworksAsync(new(), cancellationToken);
        foreach (var network in networks.Where(network => network.Name == name))
        {
            await docker.Networks.DeleteNetworkAsync(network.ID, cancellationToken);
            await output.WriteLineAsync($"removed the network {name}");
        }
    }

    private async Task RemoveTablesAsync(CancellationToken cancellationToken)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        await DeleteTableAsync(NodeNames.NodeTable(nodeName), cancellationToken);

        // The table of the services belongs to all nodes of this machine: the last one takes it along.
        var others = await docker.Networks.ListNetworksAsync(new() { Filters = Labelled(null) }, cancellationToken);
        if (others.Count == 0)
        {
            await DeleteTableAsync(NodeNames.ServiceTable, cancellationToken);
        }
    }

    private async Task DeleteTableAsync(string table, CancellationToken cancellationToken)
    {
        try
        {
            using var nft = Process.Start(new ProcessStartInfo("nft", ["delete", "table", "ip", table])
            {
                RedirectStandardError = true,
            })!;
            await nft.StandardError.ReadToEndAsync(cancellationToken);
            await nft.WaitForExitAsync(cancellationToken);
            if (nft.ExitCode == 0)
            {
                await output.WriteLineAsync($"removed the nftables table {table}");
            }
        }
        catch (Win32Exception)
        {
            // Without the program there is no table either.
        }
    }

    private static Dictionary<string, IDictionary<string, bool>> Labelled(string? node) => new(StringComparer.Ordinal)
    {
        ["label"] = new Dictionary<string, bool>(StringComparer.Ordinal)
        {
            [node is null ? DockerLabels.Node : $"{DockerLabels.Node}={node}"] = true,
        },
    };
}
