using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Crescent.Grains.Resources.Storage.Sqlite;

/// <summary>
/// SQLite has one writer and a synchronous interface, so one thread owns the writing connection and commits everything that waits in one
/// transaction: the cost of making it durable is shared.
/// </summary>
internal sealed partial class SqliteWriterThread : IDisposable
{
    private const int MaxGroup = 64;

    private readonly BlockingCollection<SqliteWork> _queue = new(new ConcurrentQueue<SqliteWork>());
    private readonly Func<SqliteConnection> _open;
    private readonly ILogger _logger;
    private readonly Thread _thread;

    public SqliteWriterThread(Func<SqliteConnection> open, ILogger logger)
    {
        _open = open;
        _logger = logger;
        _thread = new(Run) { IsBackground = true, Name = "crescent-sqlite-writer" };
        _thread.Start();
    }

    public Task<T> RunAsync<T>(Func<SqliteSession, T> run)
    {
        var work = new SqliteWork.Of<T>(run);
        try
        {
            _queue.Add(work);
        }
        catch (InvalidOperationException exception)
        {
            work.Fail(exception);
        }

        return work.Task;
    }

    /// <summary>Finishes what is queued, then closes the connection.</summary>
    public void Dispose()
    {
        _queue.CompleteAdding();
        _thread.Join();
        _queue.Dispose();
    }

    private void Run()
    {
        SqliteSession? session = null;
        var group = new List<SqliteWork>(MaxGroup);
        foreach (var first in _queue.GetConsumingEnumerable())
        {
            group.Clear();
            group.Add(first);
            while (group.Count < MaxGroup && _queue.TryTake(out var more))
            {
                group.Add(more);
            }

            if (TryCommit(ref session, group) || group.Count == 1)
            {
                continue;
            }

            // One of them may be at fault; alone, the others still go through.
            foreach (var work in group)
            {
                TryCommit(ref session, [work]);
            }
        }

        session?.Dispose();
    }

    private bool TryCommit(ref SqliteSession? session, List<SqliteWork> group)
    {
        try
        {
            session ??= new(_open());
            session.Execute("BEGIN IMMEDIATE");
            foreach (var work in group)
            {
                work.Run(session);
            }

            CrashPoint.Reach(CrashPoint.SqliteCommit);
            session.Execute("COMMIT");
        }
        catch (Exception exception)
        {
            LogFailed(exception, group.Count);

            // A fresh connection has no half-open transaction and no broken handle.
            session?.Dispose();
            session = null;
            if (group.Count == 1)
            {
                group[0].Fail(exception);
            }

            return false;
        }

        foreach (var work in group)
        {
            work.Complete();
        }

        return true;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A SQLite transaction of {Count} writes failed")]
    private partial void LogFailed(Exception exception, int count);
}
