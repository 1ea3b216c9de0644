using Crescent.Grains.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Crescent.Grains.Reconciling;

[GrainType("sweep")]
internal sealed partial class SweepGrain(
    IEnumerable<IController> controllers, IOptions<ReconcilingOptions> options, TimeProvider time, StopSignal stop,
    ILogger<SweepGrain> logger)
    : Grain, ISweepGrain
{
    private IGrainTimer? _timer;
    private bool _hasSwept;

    public Task EnsureAsync() => _hasSwept ? Task.CompletedTask : TrySweepAsync();

    public async Task SweepAsync()
    {
        if (!await TrySweepAsync())
        {
            throw new SiloUnavailableException($"The sweep of {this.GetPrimaryKeyString()} did not end.");
        }
    }

    private async Task<bool> TrySweepAsync()
    {
        _timer ??= this.RegisterGrainTimer(
            static (grain, _) => grain.TrySweepAsync(), this,
            new GrainTimerCreationOptions { DueTime = options.Value.SweepPeriod, Period = options.Value.SweepPeriod, KeepAlive = true });
        var name = this.GetPrimaryKeyString();
        var controller = controllers.First(candidate => candidate.GrainType.ToString() == name);
        using var timeout = new CancellationTokenSource(options.Value.RunTimeout, time);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stop.Token);
        try
        {
            ending.Token.ThrowIfCancellationRequested();
            var nudges = new NudgeBatch();
            await controller.SweepAsync(nudges, ending.Token).AsTask().WaitAsync(ending.Token);
            LogSwept(logger, name, nudges.Count);
            foreach (var (target, nudge) in nudges.Drain())
            {
                HandOnAsync(GrainFactory.GetGrain<IReconcilerGrain>(target), nudge).Ignore();
            }

            return _hasSwept = true;
        }
        catch (Exception exception) when (stop.Token.IsCancellationRequested)
        {
            LogCutShort(logger, name, exception.Message);
            return false;
        }
        catch (Exception exception)
        {
            LogSweepFailed(logger, exception, name);
            return false;
        }
    }

    /// <summary>A reconciler whose silo stops or has died has not looked. When this silo does, all is swept again.</summary>
    private Task HandOnAsync(IReconcilerGrain reconciler, Nudge nudge) => RepeatedCall.MakeAsync(
        () => reconciler.TakeAsync(nudge), exception => LogNotTaken(logger, reconciler.GetPrimaryKeyString(), exception.Message), time, stop.Token);

    [LoggerMessage(1, LogLevel.Debug, "Swept {Controller}: {Count} keys")]
    private static partial void LogSwept(ILogger logger, string controller, int count);

    [LoggerMessage(2, LogLevel.Error, "The sweep of {Controller} failed; whoever asked for it asks again")]
    private static partial void LogSweepFailed(ILogger logger, Exception exception, string controller);

    [LoggerMessage(3, LogLevel.Debug, "The sweep of {Controller} was cut short, since this silo stops: {Why}")]
    private static partial void LogCutShort(ILogger logger, string controller, string why);

    [LoggerMessage(4, LogLevel.Debug, "{Key} was not looked at; its reconciler is asked again: {Why}")]
    private static partial void LogNotTaken(ILogger logger, string key, string why);
}
