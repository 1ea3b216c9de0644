using System.Diagnostics;

namespace Crescent.Grains.Reconciling;

/// <summary>
/// Runs an <see cref="IReconciler"/> for one key: one run at a time, nudges that arrive meanwhile merge into one more run, failed runs
/// come back with jittered back-off. Nudges interleave; the single run loop is guarded by <c>_isRunning</c>, which is only touched in
/// turns of this grain. A quiet reconciler holds no timer and is collected.
/// </summary>
internal abstract partial class ReconcilerGrain(IReconciler reconciler, ReconcilerRuntime runtime) : Grain, IReconcilerGrain
{
    private readonly ReconcileContext _context = runtime.CreateContext(reconciler.Name);
    private readonly KeyValuePair<string, object?> _tag = new("controller", reconciler.Name);
    private IGrainTimer? _wakeUp;
    private TimeSpan _lastRun;
    private int _failures;
    private bool _isRunning;
    private bool _isNudged;
    private bool _hasLookedTwice = !reconciler.LooksTwice;

    public Task NudgeAsync(Nudge nudge) => LookAsync(nudge);

    public async Task TakeAsync(Nudge nudge)
    {
        if (!await LookAsync(nudge))
        {
            throw new SiloUnavailableException($"{reconciler.Name} did not finish {this.GetPrimaryKeyString()}, since its silo stops.");
        }
    }

    private Task<bool> LookAsync(Nudge nudge)
    {
        foreach (var seen in nudge.Seen)
        {
            _context.Saw(seen.Type, seen.Version);
        }

        return RunWhileNudgedAsync();
    }

    /// <summary>False when this silo stops, and something was left undone.</summary>
    private async Task<bool> RunWhileNudgedAsync()
    {
        _isNudged = true;
        if (_isRunning)
        {
            return !runtime.Stopping.IsCancellationRequested;
        }

        _isRunning = true;
        try
        {
            var isFirst = true;
            while (_isNudged)
            {
                if (!isFirst)
                {
                    await PauseAsync();
                }

                if (runtime.Stopping.IsCancellationRequested)
                {
                    return false;
                }

                isFirst = false;
                _isNudged = false;
                if (!await TryRunOnceAsync())
                {
                    return false;
                }
            }

            return true;
        }
        finally
        {
            _isRunning = false;
        }
    }

    /// <summary>False when this silo stops and has cut the run short.</summary>
    private async Task<bool> TryRunOnceAsync()
    {
        var started = Stopwatch.GetTimestamp();
        var key = this.GetPrimaryKeyString();
        using var timeout = new CancellationTokenSource(runtime.Options.RunTimeout, runtime.Time);
        ReconcileResult result;
        var outcome = "done";
        try
        {
            result = await reconciler.ReconcileAsync(key, _context, timeout.Token);
        }
        catch (Exception exception) when (runtime.Stopping.IsCancellationRequested)
        {
            LogCutShort(runtime.Logger, reconciler.Name, key, exception.Message);
            return false;
        }
        catch (Exception exception) when (exception is OrleansException or TimeoutException or OperationCanceledException)
        {
            // A silo came or went under the run; the next one finds out what has happened.
            LogInterrupted(runtime.Logger, reconciler.Name, key, exception.Message);
            outcome = "failed";
            result = ReconcileResult.Retry(exception.Message);
        }
        catch (Exception exception)
        {
            LogRunFailed(runtime.Logger, exception, reconciler.Name, key);
            outcome = "failed";
            result = ReconcileResult.Retry(exception.Message);
        }

        _lastRun = Stopwatch.GetElapsedTime(started);
        if (result.Problem is null)
        {
            _failures = 0;
            outcome = result.After is null ? outcome : "again";
            ScheduleNext(result.After ?? SecondLook());
        }
        else if (result.IsTerminal)
        {
            _failures = 0;
            outcome = "terminal";
            LogTerminal(runtime.Logger, reconciler.Name, key, result.Problem);
        }
        else
        {
            outcome = outcome == "failed" ? outcome : "retry";
            var wait = Backoff.For(++_failures, runtime.Options.MinBackoff, runtime.Options.MaxBackoff, Random.Shared.NextDouble());
            LogRetry(runtime.Logger, reconciler.Name, key, result.Problem, wait);
            WakeUpAfter(wait);
        }

        ReconcilingInstruments.Runs.Add(1, _tag, new("outcome", outcome));
        ReconcilingInstruments.Duration.Record(_lastRun.TotalSeconds, _tag);
        return true;
    }

    private TimeSpan? SecondLook()
    {
        if (_hasLookedTwice)
        {
            return null;
        }

        _hasLookedTwice = true;
        return TimeSpan.FromSeconds(1);
    }

    private void ScheduleNext(TimeSpan? after)
    {
        if (after == TimeSpan.Zero)
        {
            _isNudged = true;
        }
        else if (after is { } delay)
        {
            WakeUpAfter(delay);
        }
        else
        {
            DropWakeUp();
        }
    }

    private void WakeUpAfter(TimeSpan delay)
    {
        DropWakeUp();
        _wakeUp = this.RegisterGrainTimer(
            static (grain, _) => grain.OnWakeUpAsync(), this,
            new GrainTimerCreationOptions { DueTime = delay, Period = Timeout.InfiniteTimeSpan, Interleave = true, KeepAlive = true });
    }

    private Task OnWakeUpAsync()
    {
        DropWakeUp();
        return RunWhileNudgedAsync();
    }

    private void DropWakeUp()
    {
        _wakeUp?.Dispose();
        _wakeUp = null;
    }

    private async Task DelayAsync(TimeSpan pause) => await Task.Delay(pause, runtime.Time, runtime.Stopping)
        .ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);

    /// <summary>Lets a burst gather: a busy reconciler runs at most a third of the time.</summary>
    private Task PauseAsync()
    {
        var pause = _lastRun * 2 < runtime.Options.MaxPause ? _lastRun * 2 : runtime.Options.MaxPause;
        return pause < TimeSpan.FromMilliseconds(1) ? Task.CompletedTask : DelayAsync(pause);
    }
}
