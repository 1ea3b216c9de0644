using Microsoft.Extensions.Hosting;

namespace Crescent.NodeAgent.Registration;

/// <summary>Renews certificates and call tokens while the agent runs.</summary>
internal sealed class MembershipUpkeep(ClusterMembership membership, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await membership.MaintainAsync(stoppingToken);
        }
    }
}
