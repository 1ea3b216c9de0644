using Microsoft.Extensions.Hosting;

namespace Crescent.Grains.Reconciling;

/// <summary>
/// Keeps the sweep grains alive from every silo: at the silo's start, once a minute, and with a sweep at once when a silo has died, since
/// its nudges died with it.
/// </summary>
internal sealed class SweepStarter(
    IGrainFactory grains, IEnumerable<IController> controllers, ISiloStatusOracle silos, IHostApplicationLifetime lifetime, TimeProvider time)
    : BackgroundService, ISiloStatusListener
{
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    private readonly IController[] _controllers = [.. controllers];

    /// <summary>Asks every controller's sweep grain for a sweep now, and again where it does not end: the grain's silo may be the next to go.</summary>
    public static void SweepAll(IGrainFactory grains, IEnumerable<IController> controllers, TimeProvider time, CancellationToken stopping)
    {
        foreach (var controller in controllers)
        {
            // The grain has logged why. A sweep that fails for longer than it takes to move is left to the period.
            var sweep = grains.GetGrain<ISweepGrain>(controller.GrainType.ToString()!);
            RepeatedCall.MakeAsync(sweep.SweepAsync, static _ => { }, time, stopping).Ignore();
        }
    }

    public void SiloStatusChangeNotification(SiloAddress updatedSilo, SiloStatus status)
    {
        if (status == SiloStatus.Dead && silos.CurrentStatus == SiloStatus.Active)
        {
            SweepAll(grains, _controllers, time, lifetime.ApplicationStopping);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(stoppingToken);
        silos.SubscribeToSiloStatusEvents(this);
        using var timer = new PeriodicTimer(Period, time);
        do
        {
            foreach (var controller in _controllers)
            {
                grains.GetGrain<ISweepGrain>(controller.GrainType.ToString()!).EnsureAsync().Ignore();
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
