using System.Net.Sockets;
using Crescent.Identity;
using Crescent.Resources;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Crescent.Grains.Resources.Storage.Postgres;

/// <summary>The store for clusters of more than one silo.</summary>
internal sealed partial class PostgresResourceStore : IResourceStore, IAsyncDisposable
{
    private const string ApplicationName = "crescent-resources";

    /// <summary>Seconds until a server that does not answer counts as lost; clients wait for it with their 503.</summary>
    private const int ConnectTimeout = 5;

    private readonly NpgsqlDataSource _source;
    private readonly ILogger<PostgresResourceStore> _logger;
    private readonly StallDetector _stall;

    public PostgresResourceStore(IOptions<StoreOptions> options, TimeProvider time, ILogger<PostgresResourceStore> logger)
    {
        _logger = logger;
        var builder = new NpgsqlConnectionStringBuilder(options.Value.ConnectionString)
        {
            ApplicationName = ApplicationName,
            MaxPoolSize = options.Value.MaxConnections,
            CommandTimeout = (int)options.Value.CommandTimeout.TotalSeconds,
            Timeout = ConnectTimeout,
            MaxAutoPrepare = 32,
            AutoPrepareMinUsages = 2,
            NoResetOnClose = true,
            IncludeErrorDetail = false,
        };

        // The lock of the epochs counts on statements that see what was committed before they began (EpochLock).
        // Every statement here means its index. A plan made while a table was empty must not turn into a scan of a large one.
        builder.Options = string.Join(
            ' ', builder.Options, @"-c default_transaction_isolation=read\ committed -c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off -c plan_cache_mode=force_generic_plan").Trim();
        _source = NpgsqlDataSource.Create(builder);
        _stall = new(ProbeAsync, time, logger);
    }

    public bool IsShared => true;

    public bool IsAnswering => !_stall.IsStalled;

    public Task EnsureSchemaAsync(CancellationToken cancellationToken) => GuardAsync(
        async () =>
        {
            await PostgresMigrations.RunAsync(_source, "resources", PostgresSchema.Migrations, afterwards: null, cancellationToken);
            return true;
        });

    public async ValueTask<StoredObject?> LoadAsync(ResourceKey key, CancellationToken cancellationToken) => await AskAsync(
        async () =>
        {
            await using var command = Command(
                "SELECT namespace, name, version, body FROM resources WHERE type = $1 AND namespace = $2 AND name = $3",
                key.Type.ToString(), key.Namespace, key.Name);
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            return await reader.ReadAsync(cancellationToken) ? ReadObject(reader, key.Type) : (StoredObject?)null;
        });

    public async ValueTask<ResourceVersion> FindDeletionAsync(ResourceKey key, ResourceVersion after, CancellationToken cancellationToken) => await AskAsync(
        async () =>
        {
            await using var command = Command(
                "SELECT max(version) FROM resource_deletions WHERE type = $1 AND version > $2 AND namespace = $3 AND name = $4",
                key.Type.ToString(), after.Value, key.Namespace, key.Name);
            return await command.ExecuteScalarAsync(cancellationToken) is long version ? new ResourceVersion(version) : ResourceVersion.None;
        });

    public Task<IReadOnlyList<StoredObject>> ReadPageAsync(
        ResourceType type, ResourceKey? after, int limit, CancellationToken cancellationToken) => AskAsync(
        async () =>
        {
            await using var command = Command(
                """
                SELECT namespace, name, version, body FROM resources
                WHERE type = $1 AND (namespace, name) > ($2, $3) ORDER BY namespace, name LIMIT $4
                """,
                type.ToString(), after?.Namespace ?? "", after?.Name ?? "", limit);
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            var page = new List<StoredObject>();
            while (await reader.ReadAsync(cancellationToken))
            {
                page.Add(ReadObject(reader, type));
            }

            return (IReadOnlyList<StoredObject>)page;
        });

    public Task<IReadOnlyList<StoredChange>> ReadNewestChangesAsync(
        ResourceType type, ResourceVersion after, int limit, CancellationToken cancellationToken) => AskAsync(
        async () =>
        {
            await using var command = Command(
                """
                SELECT namespace, name, version, body, false AS gone FROM resources WHERE type = $1 AND version > $2
                UNION ALL
                SELECT namespace, name, version, body, true FROM resource_deletions WHERE type = $1 AND version > $2
                ORDER BY version DESC LIMIT $3
                """,
                type.ToString(), after.Value, limit);
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            var changes = new List<StoredChange>();
            while (await reader.ReadAsync(cancellationToken))
            {
                changes.Add(new(ReadObject(reader, type), reader.GetBoolean(4)));
            }

            changes.Reverse();
            return (IReadOnlyList<StoredChange>)changes;
        });

    public Task<VersionBlock?> RaiseEpochAsync(ResourceType type, int blockSize, long? expected, CancellationToken cancellationToken) => AskAsync(
        async () =>
        {
            try
            {
                return await RaiseAsync(type, blockSize, expected, cancellationToken);
            }
            catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.LockNotAvailable)
            {
                // A writer that hangs in the middle of sending its transaction holds the epoch for as long as it hangs.
                LogBlocked(type);
                await TerminateHungWritersAsync(cancellationToken);
                return await RaiseAsync(type, blockSize, expected, cancellationToken);
            }
        });

    public async ValueTask<long> ReadEpochAsync(ResourceType type, CancellationToken cancellationToken) => await AskAsync(
        async () =>
        {
            await using var command = Command("SELECT epoch FROM resource_types WHERE type = $1", type.ToString());
            return await command.ExecuteScalarAsync(cancellationToken) as long? ?? 0;
        });

    public Task<VersionBlock?> ExtendAsync(ResourceType type, long epoch, int blockSize, CancellationToken cancellationToken) => AskAsync(
        async () =>
        {
            await using var command = Command(
                """
                UPDATE resource_types SET reserved_through = reserved_through + $2 WHERE type = $1 AND epoch = $3
                RETURNING epoch, reserved_through, pruned_through
                """,
                type.ToString(), blockSize, epoch);
            return await ReadBlockAsync(command, blockSize, cancellationToken);
        });

    public Task<WriteOutcome[]> CommitAsync(IReadOnlyList<RowWrite> writes, CancellationToken cancellationToken) => AskAsync(
        async () =>
        {
            await using var connection = await OpenAsync(cancellationToken);
            return await new PostgresCommit(writes).RunAsync(connection, cancellationToken);
        });

    public Task PruneDeletionsAsync(ResourceType type, TimeSpan age, CancellationToken cancellationToken) => GuardAsync(
        async () =>
        {
            await using var command = Command(
                """
                WITH gone AS (DELETE FROM resource_deletions WHERE type = $1 AND deleted_at < now() - $2 RETURNING version)
                UPDATE resource_types SET pruned_through = greatest(pruned_through, (SELECT max(version) FROM gone)) WHERE type = $1
                    AND EXISTS (SELECT 1 FROM gone)
                """,
                type.ToString(), age);
            return await command.ExecuteNonQueryAsync(cancellationToken);
        });

    public ValueTask DisposeAsync()
    {
        _stall.Dispose();
        return _source.DisposeAsync();
    }

    private async Task<VersionBlock?> RaiseAsync(ResourceType type, int blockSize, long? expected, CancellationToken cancellationToken)
    {
        await using var connection = await _source.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using (var patience = new NpgsqlCommand("SET LOCAL lock_timeout = '2s'", connection))
        {
            await patience.ExecuteNonQueryAsync(cancellationToken);
        }

        await using (var alone = new NpgsqlCommand(EpochLock.Alone, connection) { Parameters = { new() { Value = type.ToString() } } })
        {
            await alone.ExecuteNonQueryAsync(cancellationToken);
        }

        await using var command = new NpgsqlCommand(
            expected is null
                ? """
                  INSERT INTO resource_types (type, epoch, reserved_through) VALUES ($1, 1, $2)
                  ON CONFLICT (type) DO UPDATE
                      SET epoch = resource_types.epoch + 1, reserved_through = resource_types.reserved_through + excluded.reserved_through
                  RETURNING epoch, reserved_through, pruned_through
                  """
                : """
                  UPDATE resource_types SET epoch = epoch + 1, reserved_through = reserved_through + $2 WHERE type = $1 AND epoch = $3
                  RETURNING epoch, reserved_through, pruned_through
                  """,
            connection);
        command.Parameters.Add(new() { Value = type.ToString() });
        command.Parameters.Add(new() { Value = (long)blockSize });
        if (expected is { } epoch)
        {
            command.Parameters.Add(new() { Value = epoch });
        }

        var block = await ReadBlockAsync(command, blockSize, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return block;
    }

    private async Task TerminateHungWritersAsync(CancellationToken cancellationToken)
    {
        await using var command = Command(
            """
            SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE datname = current_database() AND application_name = $1 AND pid <> pg_backend_pid()
                AND state <> 'idle' AND xact_start < clock_timestamp() - interval '1500 milliseconds' AND wait_event_type = 'Client'
            """,
            ApplicationName);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task<VersionBlock?> ReadBlockAsync(NpgsqlCommand command, int blockSize, CancellationToken cancellationToken)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new VersionBlock(reader.GetInt64(0), new(reader.GetInt64(1) - blockSize + 1), new(reader.GetInt64(1)), new(reader.GetInt64(2)))
            : null;
    }

    private static StoredObject ReadObject(NpgsqlDataReader reader, ResourceType type) =>
        new(new(type, reader.GetString(0), reader.GetString(1)), new(reader.GetInt64(2)), reader.GetFieldValue<byte[]>(3));

    /// <summary>Idle connections may be as dead as those that hang: the probe gets a new one.</summary>
    private async Task ProbeAsync(CancellationToken cancellationToken)
    {
        _source.Clear();
        await using var command = Command("SELECT 1");
        await command.ExecuteScalarAsync(cancellationToken);
    }

    private Task<T> AskAsync<T>(Func<Task<T>> run) => _stall.RunAsync(() => GuardAsync(run));

    private static async Task<T> GuardAsync<T>(Func<Task<T>> run)
    {
        try
        {
            return await run();
        }
        catch (Exception exception) when (IsOfTheDatabase(exception))
        {
            throw new StorageUnavailableException($"PostgreSQL failed: {exception.Message}", exception) { IsUntouched = IsRefusal(exception) };
        }
    }

    /// <summary>Without a connection nothing has been asked.</summary>
    private async Task<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _source.OpenConnectionAsync(cancellationToken);
        }
        catch (Exception exception) when (IsOfTheDatabase(exception))
        {
            throw new StorageUnavailableException($"PostgreSQL cannot be reached: {exception.Message}", exception) { IsUntouched = true };
        }
    }

    private static bool IsOfTheDatabase(Exception exception) => exception is NpgsqlException or TimeoutException or SocketException or IOException;

    /// <summary>No disk or memory left, too many connections, read-only: the server has undone the transaction before it said so.</summary>
    private static bool IsRefusal(Exception exception) =>
        exception is PostgresException { SqlState: var state } && (state.StartsWith("53", StringComparison.Ordinal) || state == PostgresErrorCodes.ReadOnlySqlTransaction);

    private NpgsqlCommand Command(string sql, params object[] parameters)
    {
        var command = _source.CreateCommand(sql);
        foreach (var value in parameters)
        {
            command.Parameters.Add(new() { Value = value });
        }

        return command;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The epoch of {Type} is held by a writer that hangs; ending its connection")]
    private partial void LogBlocked(ResourceType type);
}
