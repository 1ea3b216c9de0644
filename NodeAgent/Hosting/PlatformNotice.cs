using Crescent.NodeAgent.Events;
using Microsoft.Extensions.Hosting;

namespace Crescent.NodeAgent.Hosting;

/// <summary>Says once, when the agent starts, what this platform cannot give to pods.</summary>
internal sealed class PlatformNotice(INodeEvents events) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (!OperatingSystem.IsLinux())
        {
            events.Warning(
                "ServicesNotSupported",
                "The agent does not run on Linux: cluster IPs, node ports and cluster DNS names do not work on this node, and its pods are not reached from other nodes");
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
