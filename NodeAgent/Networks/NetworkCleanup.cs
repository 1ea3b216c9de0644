using Crescent.NodeAgent.Runtimes.Docker;
using Docker.DotNet;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Crescent.NodeAgent.Networks;

/// <summary>Removes what network rooms leave on a host. An agent never does this when it stops: pods live on without it.</summary>
public static class NetworkCleanup
{
    /// <summary>
    /// Removes the node's table and container network (which must have no containers left) and, when no other node's table is on this
    /// host, the service table, the forward rule and the routes. Idempotent; does only what the platform has.
    /// </summary>
    public static async Task RunAsync(
        string nodeName, IDockerClient? docker = null, ILoggerFactory? loggers = null, string serviceTable = NodeNames.ServiceTable,
        CancellationToken cancellationToken = default)
    {
        using var own = docker is null ? DockerEngine.Connect(null) : null;
        var logger = (loggers ?? NullLoggerFactory.Instance).CreateLogger<ContainerNetwork>();
        if (OperatingSystem.IsLinux())
        {
            await HostProgram.RunAsync("nft", ["delete", "table", "ip", NodeNames.NodeTable(nodeName)], null, cancellationToken);
            var tables = await HostProgram.RunAsync("nft", ["list", "tables", "ip"], null, cancellationToken);
            if (!tables.Output.Contains($"table ip {NodeNames.NodeTable("")}", StringComparison.Ordinal))
            {
                await HostProgram.RunAsync("nft", ["delete", "table", "ip", serviceTable], null, cancellationToken);
                await HostProgram.RunAsync("ip", ["route", "flush", "proto", $"{RoutePlanner.Protocol}"], null, cancellationToken);
                await ForwardAccept.RemoveAsync(cancellationToken);
            }
        }

        var calls = new DockerCalls(docker ?? own!, new DockerOptions().RequestTimeout, TimeProvider.System);
        await new ContainerNetwork(calls, logger).RemoveAsync(nodeName, cancellationToken);
    }
}
