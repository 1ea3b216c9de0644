using Crescent.Resources;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Crescent.Grains.Resources.Storage.Sqlite;

/// <summary>One piece of work for the writer thread; completed only after the transaction it shares is durable.</summary>
internal abstract class SqliteWork
{
    public abstract void Run(SqliteSession session);

    public abstract void Complete();

    public abstract void Fail(Exception exception);

    internal sealed class Of<T>(Func<SqliteSession, T> run) : SqliteWork
    {
        private readonly TaskCompletionSource<T> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T _result = default!;

        public Task<T> Task => _completion.Task;

        public override void Run(SqliteSession session) => _result = run(session);

        public override void Complete() => _completion.TrySetResult(_result);

        public override void Fail(Exception exception) => _completion.TrySetException(
            new StorageUnavailableException($"SQLite failed to write: {exception.Message}", exception) { IsUntouched = IsRefusal(exception) });

        /// <summary>No disk left, read-only, cannot be opened, or closed before: nothing of the transaction is there.</summary>
        private static bool IsRefusal(Exception exception) => exception is InvalidOperationException
            or SqliteException { SqliteErrorCode: raw.SQLITE_FULL or raw.SQLITE_READONLY or raw.SQLITE_CANTOPEN };
    }
}
