using Crescent.Grains.Watching;
using Crescent.Identity;
using Crescent.Scheduling;
using Crescent.Watching;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Crescent.Grains.Scheduling;

/// <summary>
/// Keeps the scheduler running from every silo: at start, periodically, when a silo has died, and when a pod that needs a node is
/// committed here.
/// </summary>
internal sealed class SchedulerStarter(
    IGrainFactory grains, ISiloStatusOracle silos, IHostApplicationLifetime lifetime, IOptions<SchedulerOptions> options, TimeProvider time)
    : BackgroundService, ISiloStatusListener, ICommitObserver
{
    private static readonly TimeSpan NudgePause = TimeSpan.FromMilliseconds(500);
    private long _lastNudge;

    public void OnCommitted(ResourceChange change)
    {
        if (change.Kind == ResourceEventKind.Added && change.Current.Key.Type == KnownTypes.Pods
            && !change.Current.Fields.ContainsKey("spec.nodeName"))
        {
            var last = Interlocked.Read(ref _lastNudge);
            if (time.GetElapsedTime(last) > NudgePause && Interlocked.CompareExchange(ref _lastNudge, time.GetTimestamp(), last) == last)
            {
                Ensure();
            }
        }
    }

    public void SiloStatusChangeNotification(SiloAddress updatedSilo, SiloStatus status)
    {
        if (status == SiloStatus.Dead && silos.CurrentStatus == SiloStatus.Active)
        {
            Ensure();
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(stoppingToken);
        silos.SubscribeToSiloStatusEvents(this);
        using var timer = new PeriodicTimer(options.Value.EnsurePeriod, time);
        do
        {
            Ensure();
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private void Ensure() => grains.GetGrain<ISchedulerGrain>(SchedulerNames.Default).EnsureAsync().Ignore();
}
