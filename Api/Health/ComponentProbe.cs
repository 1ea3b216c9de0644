using Crescent.Identity;
using Crescent.Scheduling;
using Crescent.Watching;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Crescent.Api.Health;

/// <summary>
/// Asks the parts of the control plane how they are. Each answers for real: the scheduler's grain, a read that is as new as the last
/// commit, the health checks of this process, in which controllers run.
/// </summary>
internal sealed class ComponentProbe(IGrainFactory grains, IResourceCaches caches, HealthCheckService checks, TimeProvider time)
{
    public const string Controllers = "controller-manager";
    public const string Scheduler = "scheduler";
    public const string Store = "etcd-0";

    private const string DefaultScheduler = "default-scheduler";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>In name order.</summary>
    public async Task<ComponentHealth[]> ProbeAsync(CancellationToken cancellationToken) => await Task.WhenAll(
        ProbeAsync(Controllers, CheckControllersAsync, cancellationToken),
        ProbeAsync(Store, token => caches.Get(KnownTypes.Namespaces).GetConsistentAsync(token).AsTask(), cancellationToken),
        ProbeAsync(Scheduler, token => grains.GetGrain<ISchedulerGrain>(DefaultScheduler).GetStatusAsync(token), cancellationToken));

    private async Task<ComponentHealth> ProbeAsync(string name, Func<CancellationToken, Task> ask, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            await ask(either.Token).WaitAsync(either.Token);
            return new(name, null);
        }
        catch (Exception problem) when (!cancellationToken.IsCancellationRequested)
        {
            return new(name, patience.IsCancellationRequested ? $"no answer in {Patience.TotalSeconds:0} seconds" : problem.Message);
        }
    }

    private async Task CheckControllersAsync(CancellationToken cancellationToken)
    {
        var report = await checks.CheckHealthAsync(cancellationToken);
        if (report.Status == HealthStatus.Unhealthy)
        {
            throw new InvalidOperationException(
                string.Join(", ", report.Entries.Where(static entry => entry.Value.Status == HealthStatus.Unhealthy).Select(static entry => $"{entry.Key} failed")));
        }
    }
}
