using Npgsql;

namespace Crescent.Grains.Resources.Storage.Postgres;

/// <summary>
/// Brings one component's tables up to date. An advisory lock makes silos that start together take turns; the table
/// <c>crescent_schema</c> remembers how many migrations of each component are done.
/// </summary>
internal static class PostgresMigrations
{
    /// <summary>Any number no other user of the database takes for an advisory lock.</summary>
    private const long LockId = 0x43524553_43454E54;

    public static async Task RunAsync(
        NpgsqlDataSource source,
        string component,
        IReadOnlyList<string> migrations,
        Func<NpgsqlConnection, Task>? afterwards,
        CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await ExecuteAsync(connection, $"SELECT pg_advisory_xact_lock({LockId})", cancellationToken);
        await ExecuteAsync(
            connection,
            "CREATE TABLE IF NOT EXISTS crescent_schema (component text PRIMARY KEY, version integer NOT NULL)",
            cancellationToken);
        await using var query = new NpgsqlCommand("SELECT version FROM crescent_schema WHERE component = $1", connection)
        {
            Parameters = { new() { Value = component } },
        };
        for (var version = await query.ExecuteScalarAsync(cancellationToken) as int? ?? 0; version < migrations.Count; version++)
        {
            await ExecuteAsync(connection, migrations[version], cancellationToken);
            await using var mark = new NpgsqlCommand(
                "INSERT INTO crescent_schema VALUES ($1, $2) ON CONFLICT (component) DO UPDATE SET version = excluded.version", connection)
            {
                Parameters = { new() { Value = component }, new() { Value = version + 1 } },
            };
            await mark.ExecuteNonQueryAsync(cancellationToken);
        }

        if (afterwards is not null)
        {
            await afterwards(connection);
        }

        await transaction.CommitAsync(cancellationToken);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
