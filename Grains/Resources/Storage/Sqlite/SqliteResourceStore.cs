using System.Collections.Concurrent;
using Crescent.Identity;
using Crescent.Resources;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Crescent.Grains.Resources.Storage.Sqlite;

/// <summary>
/// The embedded store: one file in write-ahead mode, synced at every commit. Writes go through <see cref="SqliteWriterThread"/>; reads
/// use their own connections and neither wait for the writer nor hold it up.
/// </summary>
internal sealed class SqliteResourceStore : IResourceStore, IDisposable
{
    private readonly ConcurrentBag<SqliteConnection> _readers = [];
    private readonly string _connectionString;
    private readonly TimeProvider _time;
    private readonly SqliteWriterThread _writer;

    public SqliteResourceStore(IOptions<StoreOptions> options, TimeProvider time, ILogger<SqliteResourceStore> logger)
    {
        _time = time;
        _connectionString = new SqliteConnectionStringBuilder(options.Value.ConnectionString)
        {
            Pooling = false, DefaultTimeout = (int)options.Value.CommandTimeout.TotalSeconds,
        }.ToString();
        _writer = new(Open, logger);
    }

    public bool IsShared => false;

    public Task EnsureSchemaAsync(CancellationToken cancellationToken) => GuardAsync(
        () =>
        {
            var file = new SqliteConnectionStringBuilder(_connectionString).DataSource;
            if (Path.GetDirectoryName(Path.GetFullPath(file)) is { Length: > 0 } folder)
            {
                Directory.CreateDirectory(folder);
            }

            using var connection = Open();
            SqliteSchema.Ensure(connection, SqliteSchema.Migrations);
            return true;
        },
        cancellationToken);

    /// <summary>A point read takes some tens of microseconds, less than changing threads for it.</summary>
    public ValueTask<StoredObject?> LoadAsync(ResourceKey key, CancellationToken cancellationToken) => new(Read<StoredObject?>(
        "SELECT namespace, name, version, body FROM resources WHERE type = $type AND namespace = $namespace AND name = $name",
        command =>
        {
            command.Parameters.AddWithValue("$type", key.Type.ToString());
            command.Parameters.AddWithValue("$namespace", key.Namespace);
            command.Parameters.AddWithValue("$name", key.Name);
        },
        reader => reader.Read() ? ReadObject(reader, key.Type) : null));

    public ValueTask<ResourceVersion> FindDeletionAsync(ResourceKey key, ResourceVersion after, CancellationToken cancellationToken) => new(Read(
        "SELECT max(version) FROM resource_deletions WHERE type = $type AND version > $after AND namespace = $namespace AND name = $name",
        command =>
        {
            command.Parameters.AddWithValue("$type", key.Type.ToString());
            command.Parameters.AddWithValue("$after", after.Value);
            command.Parameters.AddWithValue("$namespace", key.Namespace);
            command.Parameters.AddWithValue("$name", key.Name);
        },
        static reader => reader.Read() && !reader.IsDBNull(0) ? new ResourceVersion(reader.GetInt64(0)) : ResourceVersion.None));

    public Task<IReadOnlyList<StoredObject>> ReadPageAsync(
        ResourceType type, ResourceKey? after, int limit, CancellationToken cancellationToken) => GuardAsync(
        () => Read(
            """
            SELECT namespace, name, version, body FROM resources
            WHERE type = $type AND (namespace, name) > ($namespace, $name)
            ORDER BY namespace, name LIMIT $limit
            """,
            command =>
            {
                command.Parameters.AddWithValue("$type", type.ToString());
                command.Parameters.AddWithValue("$namespace", after?.Namespace ?? "");
                command.Parameters.AddWithValue("$name", after?.Name ?? "");
                command.Parameters.AddWithValue("$limit", limit);
            },
            reader =>
            {
                var page = new List<StoredObject>();
                while (reader.Read())
                {
                    page.Add(ReadObject(reader, type));
                }

                return (IReadOnlyList<StoredObject>)page;
            }),
        cancellationToken);

    public Task<IReadOnlyList<StoredChange>> ReadNewestChangesAsync(
        ResourceType type, ResourceVersion after, int limit, CancellationToken cancellationToken) => GuardAsync(
        () => Read(
            """
            SELECT * FROM (
                SELECT namespace, name, version, body, 0 FROM resources WHERE type = $type AND version > $after
                UNION ALL
                SELECT namespace, name, version, body, 1 FROM resource_deletions WHERE type = $type AND version > $after)
            ORDER BY version DESC LIMIT $limit
            """,
            command =>
            {
                command.Parameters.AddWithValue("$type", type.ToString());
                command.Parameters.AddWithValue("$after", after.Value);
                command.Parameters.AddWithValue("$limit", limit);
            },
            reader =>
            {
                var changes = new List<StoredChange>();
                while (reader.Read())
                {
                    changes.Add(new(ReadObject(reader, type), reader.GetInt64(4) == 1));
                }

                changes.Reverse();
                return (IReadOnlyList<StoredChange>)changes;
            }),
        cancellationToken);

    public Task<VersionBlock?> RaiseEpochAsync(ResourceType type, int blockSize, long? expected, CancellationToken cancellationToken) =>
        _writer.RunAsync(session => session.Raise(type, blockSize, expected));

    public ValueTask<long> ReadEpochAsync(ResourceType type, CancellationToken cancellationToken) => new(Read(
        "SELECT epoch FROM resource_types WHERE type = $type",
        command => command.Parameters.AddWithValue("$type", type.ToString()),
        reader => reader.Read() ? reader.GetInt64(0) : 0));

    public Task<VersionBlock?> ExtendAsync(ResourceType type, long epoch, int blockSize, CancellationToken cancellationToken) =>
        _writer.RunAsync(session => session.Extend(type, epoch, blockSize));

    public Task<WriteOutcome[]> CommitAsync(IReadOnlyList<RowWrite> writes, CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow().ToUnixTimeMilliseconds();
        return _writer.RunAsync(session => Commit(session, writes, now));
    }

    public Task PruneDeletionsAsync(ResourceType type, TimeSpan age, CancellationToken cancellationToken)
    {
        var before = (_time.GetUtcNow() - age).ToUnixTimeMilliseconds();
        return _writer.RunAsync(session => session.Prune(type, before));
    }

    public void Dispose()
    {
        _writer.Dispose();
        while (_readers.TryTake(out var reader))
        {
            reader.Dispose();
        }
    }

    private static WriteOutcome[] Commit(SqliteSession session, IReadOnlyList<RowWrite> writes, long now)
    {
        var outcomes = new WriteOutcome[writes.Count];
        var epochs = new Dictionary<ResourceType, long>();
        for (var index = 0; index < outcomes.Length; index++)
        {
            var write = writes[index];
            if (!epochs.TryGetValue(write.Key.Type, out var epoch))
            {
                epochs[write.Key.Type] = epoch = session.EpochOf(write.Key.Type);
            }

            outcomes[index] = epoch != write.Epoch ? WriteOutcome.Fenced
                : session.Write(write, now) ? WriteOutcome.Committed
                : WriteOutcome.Conflict;
        }

        return outcomes;
    }

    private static StoredObject ReadObject(SqliteDataReader reader, ResourceType type) =>
        new(new(type, reader.GetString(0), reader.GetString(1)), new(reader.GetInt64(2)), reader.GetFieldValue<byte[]>(3));

    /// <summary>Reading many rows is real work: it goes to the pool rather than into the caller's turn.</summary>
    private static async Task<T> GuardAsync<T>(Func<T> read, CancellationToken cancellationToken)
    {
        try
        {
            return await Task.Run(read, cancellationToken);
        }
        catch (Exception exception) when (exception is SqliteException or IOException or UnauthorizedAccessException)
        {
            throw new StorageUnavailableException($"SQLite failed: {exception.Message}", exception);
        }
    }

    private T Read<T>(string sql, Action<SqliteCommand> bind, Func<SqliteDataReader, T> read)
    {
        try
        {
            if (!_readers.TryTake(out var connection))
            {
                connection = Open();
            }

            // Given back when the command is done with it, not before: the next reader may be another thread. After a failure it is not used again.
            T result;
            try
            {
                result = Ask(connection, sql, bind, read);
            }
            catch
            {
                connection.Dispose();
                throw;
            }

            _readers.Add(connection);
            return result;
        }
        catch (SqliteException exception)
        {
            throw new StorageUnavailableException($"SQLite failed to read: {exception.Message}", exception);
        }
    }

    private static T Ask<T>(SqliteConnection connection, string sql, Action<SqliteCommand> bind, Func<SqliteDataReader, T> read)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        bind(command);
        using var reader = command.ExecuteReader();
        return read(reader);
    }

    private SqliteConnection Open()
    {
        var connection = new SqliteConnection(_connectionString);
        try
        {
            connection.Open();
            SqliteSchema.Execute(connection, "PRAGMA synchronous = FULL");
            SqliteSchema.Execute(connection, "PRAGMA wal_autocheckpoint = 4000");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
