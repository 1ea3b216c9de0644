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

        await NetworkCleanup.RunAsync(nodeName, docker, cancellationToken: cancellationToken);
        await output.WriteLineAsync($"removed the network and the rules of node {nodeName}");
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

    private static Dictionary<string, IDictionary<string, bool>> Labelled(string node) => new(StringComparer.Ordinal)
    {
        ["label"] = new Dictionary<string, bool>(StringComparer.Ordinal)
        {
            [$"{DockerLabels.Node}={node}"] = true,
        },
    };
}
