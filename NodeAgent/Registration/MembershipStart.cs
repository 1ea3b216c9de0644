using Microsoft.Extensions.Hosting;

namespace Crescent.NodeAgent.Registration;

/// <summary>Makes the node a member before anything else starts that needs the cluster.</summary>
internal sealed class MembershipStart(ClusterMembership membership) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken) => membership.EnterAsync(cancellationToken);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
