using Microsoft.Data.Sqlite;

namespace Crescent.Grains.Resources.Storage.Sqlite;

/// <summary>Tables of the resource store; <c>PRAGMA user_version</c> counts the migrations done.</summary>
internal static class SqliteSchema
{
    /// <summary>Only ever appended to.</summary>
    public static readonly string[] Migrations =
    [
        """
        CREATE TABLE resource_types (
            type TEXT NOT NULL PRIMARY KEY,
            epoch INTEGER NOT NULL,
            reserved_through INTEGER NOT NULL,
            pruned_through INTEGER NOT NULL DEFAULT 0
        ) WITHOUT ROWID;

        CREATE TABLE resources (
            type TEXT NOT NULL,
            namespace TEXT NOT NULL,
            name TEXT NOT NULL,
            uid TEXT NOT NULL,
            version INTEGER NOT NULL,
            labels TEXT,
            owner_uids TEXT,
            deletion_timestamp TEXT,
            body BLOB NOT NULL
        );
        CREATE UNIQUE INDEX resources_key ON resources (type, namespace, name);
        CREATE UNIQUE INDEX resources_version ON resources (type, version);

        CREATE TABLE resource_deletions (
            type TEXT NOT NULL,
            version INTEGER NOT NULL,
            namespace TEXT NOT NULL,
            name TEXT NOT NULL,
            uid TEXT NOT NULL,
            deleted_at INTEGER NOT NULL,
            body BLOB NOT NULL,
            PRIMARY KEY (type, version)
        ) WITHOUT ROWID;

        CREATE VIEW resource_objects AS
            SELECT type, namespace, name, uid, version, labels, owner_uids, deletion_timestamp, CAST(body AS TEXT) AS object FROM resources;
        """,
    ];

    /// <summary>Runs the migrations that are still missing; concurrent callers take turns.</summary>
    public static void Ensure(SqliteConnection connection, IReadOnlyList<string> migrations)
    {
        Execute(connection, "PRAGMA journal_mode = WAL");
        Execute(connection, "BEGIN IMMEDIATE");
        try
        {
            using var query = connection.CreateCommand();
            query.CommandText = "PRAGMA user_version";
            for (var version = Convert.ToInt32(query.ExecuteScalar(), null); version < migrations.Count; version++)
            {
                Execute(connection, migrations[version]);
                Execute(connection, $"PRAGMA user_version = {version + 1}");
            }

            Execute(connection, "COMMIT");
        }
        catch
        {
            Execute(connection, "ROLLBACK");
            throw;
        }
    }

    public static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
