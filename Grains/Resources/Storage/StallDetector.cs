using Crescent.Resources;
using Microsoft.Extensions.Logging;

namespace Crescent.Grains.Resources.Storage;

/// <summary>
/// Tells a database that has been cut off, or hangs, from one that is busy, long before a command times out: something was asked
/// <see cref="Silence"/> ago, nothing has been answered since, and a probe is not answered either. From then on everything fails at once, what is
/// under way included, until a probe is answered again.
/// <code>
///   answering ── asked, and silence ──▶ probing ── no answer ──▶ stalled ── a later probe is answered ──▶ answering
///       ▲                                  │ answered: the command is just slow
///       └──────────────────────────────────┘
/// </code>
/// What is given up goes on in the background and may still take effect: its outcome is unknown, as with every lost answer.
/// </summary>
/// <param name="probe">Asks the database for next to nothing, on a new connection.</param>
/// <param name="time">Clock.</param>
/// <param name="logger">Log.</param>
internal sealed partial class StallDetector(Func<CancellationToken, Task> probe, TimeProvider time, ILogger logger) : IDisposable
{
    /// <summary>Before it is asked whether the database answers at all.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromSeconds(3);

    /// <summary>A probe waits for a new connection and for no disk.</summary>
    public static readonly TimeSpan ProbeLimit = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan ProbePause = TimeSpan.FromMilliseconds(500);

    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _lock = new();
    private TaskCompletionSource _stall = NewSignal();
    private long _lastAnswer = time.GetTimestamp();
    private Task _check_NeedsLock = Task.CompletedTask;

    public bool IsStalled => Volatile.Read(ref _stall).Task.IsCompleted;

    /// <exception cref="StorageUnavailableException">The database does not answer.</exception>
    public async Task<T> RunAsync<T>(Func<Task<T>> ask)
    {
        var stall = Volatile.Read(ref _stall);
        if (stall.Task.IsCompleted)
        {
            throw NoAnswer(isUntouched: true);
        }

        var asked = time.GetTimestamp();
        var work = ask();
        while (!work.IsCompleted)
        {
            if (stall.Task.IsCompleted)
            {
                Abandon(work);
                throw NoAnswer(isUntouched: false);
            }

            var left = Silence - time.GetElapsedTime(Math.Max(asked, Volatile.Read(ref _lastAnswer)));
            Task news = left > TimeSpan.Zero ? Task.WhenAny(work, stall.Task).WaitAsync(left, time) : Task.WhenAny(work, Check(stall));
            await news.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }

        var answer = await work;
        Volatile.Write(ref _lastAnswer, time.GetTimestamp());
        return answer;
    }

    public void Dispose() => _stopping.Cancel();

    private static StorageUnavailableException NoAnswer(bool isUntouched) => new("The database does not answer.") { IsUntouched = isUntouched };

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Nobody waits for it any more; how it ends must not be reported as an unobserved exception.</summary>
    private static void Abandon(Task work) => _ = work.ContinueWith(
        static task => _ = task.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);

    /// <summary>One for all who wait.</summary>
    private Task Check(TaskCompletionSource stall)
    {
        lock (_lock)
        {
            return _check_NeedsLock.IsCompleted ? _check_NeedsLock = CheckAsync(stall) : _check_NeedsLock;
        }
    }

    private async Task CheckAsync(TaskCompletionSource stall)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        if (stall.Task.IsCompleted || await IsAnsweredAsync())
        {
            Volatile.Write(ref _lastAnswer, time.GetTimestamp());
            return;
        }

        LogStalled(Silence + ProbeLimit);
        stall.SetResult();
        _ = RecoverAsync();
    }

    private async Task<bool> IsAnsweredAsync()
    {
        using var patience = new CancellationTokenSource(ProbeLimit, time);
        var work = probe(patience.Token);
        try
        {
            await work.WaitAsync(ProbeLimit, time, _stopping.Token);
            return true;
        }
        catch (Exception exception)
        {
            Abandon(work);
            LogNoAnswer(exception);
            return false;
        }
    }

    /// <summary>Never faults.</summary>
    private async Task RecoverAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            await Task.Delay(ProbePause, time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (await IsAnsweredAsync())
            {
                break;
            }
        }

        Volatile.Write(ref _lastAnswer, time.GetTimestamp());
        Volatile.Write(ref _stall, NewSignal());
        LogAnswers();
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The database has answered nothing for {Limit}; requests fail until it does")]
    private partial void LogStalled(TimeSpan limit);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The database does not answer yet")]
    private partial void LogNoAnswer(Exception exception);

    [LoggerMessage(Level = LogLevel.Information, Message = "The database answers again")]
    private partial void LogAnswers();
}
