using Crescent.Grains.Resources.Storage;
using Crescent.Grains.Resources.Storage.Postgres;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Crescent.Grains.Hosting;

/// <summary>
/// Tables and queries for Orleans' own ADO.NET providers (membership, reminders, grain state). The queries are written anew at every
/// start, so they always fit this build.
/// </summary>
public static class AdoNetSchema
{
    /// <summary>Creates or migrates; any number of silos may do this at once.</summary>
    public static Task EnsureAsync(StoreOptions options, CancellationToken cancellationToken = default) => options.Kind == StoreKind.Postgres
        ? EnsurePostgresAsync(options.ConnectionString, cancellationToken)
        : Task.Run(() => EnsureSqlite(ConnectionStringOf(options)), cancellationToken);

    /// <summary>The provider invariant under which Orleans finds the database.</summary>
    public static string InvariantOf(StoreOptions options) => options.Kind == StoreKind.Postgres ? "Npgsql" : "System.Data.SQLite";

    /// <summary>
    /// The database of Orleans' tables: the same one on PostgreSQL; on SQLite a file beside the resources, because a second writer in the
    /// same file would make both wait. What Orleans does on a connection of PostgreSQL leaves nothing behind, so none is reset; and a silo reads the
    /// membership table all the time, so statements are prepared.
    /// </summary>
    public static string ConnectionStringOf(StoreOptions options)
    {
        if (options.Kind == StoreKind.Postgres)
        {
            return new NpgsqlConnectionStringBuilder(options.ConnectionString)
            {
                NoResetOnClose = true, MaxAutoPrepare = 16, AutoPrepareMinUsages = 2,
            }.ToString();
        }

        var builder = new SqliteConnectionStringBuilder(options.ConnectionString) { Pooling = false };
        var file = builder.DataSource;
        builder.DataSource = Path.Combine(
            Path.GetDirectoryName(file) ?? "", $"{Path.GetFileNameWithoutExtension(file)}-orleans{Path.GetExtension(file)}");
        return builder.ToString();
    }

    private static async Task EnsurePostgresAsync(string connectionString, CancellationToken cancellationToken)
    {
        await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false });
        await PostgresMigrations.RunAsync(
            source,
            "orleans",
            PostgresOrleansSql.Migrations,
            async connection =>
            {
                await using var command = new NpgsqlCommand(
                    """
                    INSERT INTO OrleansQuery (QueryKey, QueryText) SELECT * FROM unnest($1::text[], $2::text[])
                    ON CONFLICT (QueryKey) DO UPDATE SET QueryText = excluded.QueryText
                    """,
                    connection);
                command.Parameters.Add(new() { Value = PostgresOrleansSql.Queries.Keys.ToArray() });
                command.Parameters.Add(new() { Value = PostgresOrleansSql.Queries.Values.ToArray() });
                await command.ExecuteNonQueryAsync(cancellationToken);
            },
            cancellationToken);
    }

    private static void EnsureSqlite(string connectionString)
    {
        var file = Path.GetFullPath(new SqliteConnectionStringBuilder(connectionString).DataSource);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        using var connection = new SqliteConnection(connectionString);
        connection.Open();
        Resources.Storage.Sqlite.SqliteSchema.Ensure(connection, SqliteOrleansSql.Migrations);
        using var transaction = connection.BeginTransaction();
        using var command = connection.CreateCommand();
        command.CommandText =
            """
            INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES ($key, $text)
            ON CONFLICT (QueryKey) DO UPDATE SET QueryText = excluded.QueryText
            """;
        var key = command.Parameters.Add("$key", SqliteType.Text);
        var text = command.Parameters.Add("$text", SqliteType.Text);
        foreach (var query in SqliteOrleansSql.Queries)
        {
            key.Value = query.Key;
            text.Value = query.Value;
            command.ExecuteNonQuery();
        }

        transaction.Commit();
    }
}
