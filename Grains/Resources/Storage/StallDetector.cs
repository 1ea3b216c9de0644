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
    private readonly HashSet<Question> _open_NeedsLock = [];
    private long _lastAnswer = time.GetTimestamp();
    private volatile bool _isStalled;

    /// <summary>Looks after what is open; one for all, since a timer for each question would cost more than the question.</summary>
    private ITimer? _watch_NeedsLock;

    private bool _isWatching_NeedsLock;

    public bool IsStalled => _isStalled;

    /// <exception cref="StorageUnavailableException">The database does not answer.</exception>
    public Task<T> RunAsync<T>(Func<Task<T>> ask)
    {
        var question = new Question<T>(time.GetTimestamp());
        if (!TryOpen(question))
        {
            return Task.FromException<T>(NoAnswer(isUntouched: true));
        }

        _ = AskAsync(ask, question);
        return question.Answer;
    }

    public void Dispose()
    {
        _stopping.Cancel();
        lock (_lock)
        {
            _watch_NeedsLock?.Dispose();
        }
    }

    /// <summary>Never faults. Goes on after the question has been given up; nobody learns how it ends then.</summary>
    private async Task AskAsync<T>(Func<Task<T>> ask, Question<T> question)
    {
        try
        {
            var answer = await ask();
            Volatile.Write(ref _lastAnswer, time.GetTimestamp());
            Close(question);
            question.Succeed(answer);
        }
        catch (Exception exception)
        {
            Close(question);
            question.Fail(exception);
        }
    }

    private bool TryOpen(Question question)
    {
        lock (_lock)
        {
            if (_isStalled)
            {
                return false;
            }

            _open_NeedsLock.Add(question);
            if (!_isWatching_NeedsLock)
            {
                WatchIn_NeedsLock(Silence);
            }

            return true;
        }
    }

    private void Close(Question question)
    {
        lock (_lock)
        {
            _open_NeedsLock.Remove(question);
        }
    }

    private void WatchIn_NeedsLock(TimeSpan delay)
    {
        _isWatching_NeedsLock = !_stopping.IsCancellationRequested;
        if (!_isWatching_NeedsLock)
        {
            return;
        }

        if (_watch_NeedsLock is null)
        {
            using (ExecutionContext.IsFlowSuppressed() ? default(IDisposable) : ExecutionContext.SuppressFlow())
            {
                _watch_NeedsLock = time.CreateTimer(static detector => _ = ((StallDetector)detector!).WatchAsync(), this, delay, Timeout.InfiniteTimeSpan);
            }
        }
        else
        {
            _watch_NeedsLock.Change(delay, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Comes again for as long as something is open. Never faults.</summary>
    private async Task WatchAsync()
    {
        lock (_lock)
        {
            if (_open_NeedsLock.Count == 0)
            {
                _isWatching_NeedsLock = false;
                return;
            }

            var oldest = Math.Max(_open_NeedsLock.Min(static question => question.Asked), Volatile.Read(ref _lastAnswer));
            if (Silence - time.GetElapsedTime(oldest) is var left && left > TimeSpan.Zero)
            {
                WatchIn_NeedsLock(left);
                return;
            }
        }

        if (await IsAnsweredAsync())
        {
            Volatile.Write(ref _lastAnswer, time.GetTimestamp());
        }
        else
        {
            LogStalled(Silence + ProbeLimit);
            GiveUp();
            await RecoverAsync();
        }

        lock (_lock)
        {
            WatchIn_NeedsLock(Silence);
        }
    }

    private void GiveUp()
    {
        Question[] open;
        lock (_lock)
        {
            _isStalled = true;
            open = [.. _open_NeedsLock];
            _open_NeedsLock.Clear();
        }

        foreach (var question in open)
        {
            question.Fail(NoAnswer(isUntouched: false));
        }
    }

    private static StorageUnavailableException NoAnswer(bool isUntouched) => new("The database does not answer.") { IsUntouched = isUntouched };

    /// <summary>Nobody waits for it any more; how it ends must not be reported as an unobserved exception.</summary>
    private static void Abandon(Task work) => _ = work.ContinueWith(
        static task => _ = task.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);

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
        _isStalled = false;
        LogAnswers();
    }

    /// <summary>Something the database was asked and has not answered.</summary>
    private abstract class Question(long asked)
    {
        public long Asked { get; } = asked;

        public abstract void Fail(Exception exception);
    }

    /// <summary>Whoever waits goes on where the answer arrives.</summary>
    private sealed class Question<T>(long asked) : Question(asked)
    {
        private readonly TaskCompletionSource<T> _answer = new();

        public Task<T> Answer => _answer.Task;

        public void Succeed(T answer) => _answer.TrySetResult(answer);

        public override void Fail(Exception exception) => _answer.TrySetException(exception);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The database has answered nothing for {Limit}; requests fail until it does")]
    private partial void LogStalled(TimeSpan limit);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The database does not answer yet")]
    private partial void LogNoAnswer(Exception exception);

    [LoggerMessage(Level = LogLevel.Information, Message = "The database answers again")]
    private partial void LogAnswers();
}
