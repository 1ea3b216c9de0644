using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Crescent.Grains.Reconciling;

[GrainType("sweep")]
internal sealed partial class SweepGrain(
    IEnumerable<IController> controllers, IOptions<ReconcilingOptions> options, TimeProvider time, ILogger<SweepGrain> logger)
    : Grain, ISweepGrain
{
    private IGrainTimer? _timer;

    public Task EnsureAsync() => _timer is null ? SweepAsync() : Task.CompletedTask;

    public async Task SweepAsync()
    {
        _timer ??= this.RegisterGrainTimer(
            static (grain, _) => grain.SweepAsync(), this,
            new GrainTimerCreationOptions { DueTime = options.Value.SweepPeriod, Period = options.Value.SweepPeriod, KeepAlive = true });
        var name = this.GetPrimaryKeyString();
        var controller = controllers.First(candidate => candidate.GrainType.ToString() == name);
        using var timeout = new CancellationTokenSource(options.Value.RunTimeout, time);
        try
        {
            var nudges = new NudgeBatch();
            await controller.SweepAsync(nudges, timeout.Token);
            LogSwept(logger, name, nudges.Count);
            foreach (var (target, nudge) in nudges.Drain())
            {
                GrainFactory.GetGrain<IReconcilerGrain>(target).NudgeAsync(nudge).Ignore();
            }
        }
        catch (Exception exception)
        {
            LogSweepFailed(logger, exception, name);
        }
    }

    [LoggerMessage(1, LogLevel.Debug, "Swept {Controller}: {Count} keys")]
    private static partial void LogSwept(ILogger logger, string controller, int count);

    [LoggerMessage(2, LogLevel.Error, "The sweep of {Controller} failed; the next one is due in its period")]
    private static partial void LogSweepFailed(ILogger logger, Exception exception, string controller);
}
