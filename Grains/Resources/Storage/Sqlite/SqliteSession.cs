using System.Globalization;
using Crescent.Identity;
using Crescent.Resources;
using Microsoft.Data.Sqlite;

namespace Crescent.Grains.Resources.Storage.Sqlite;

/// <summary>The writer's connection with its prepared statements. Used by the writer thread only, inside its transaction.</summary>
internal sealed class SqliteSession : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _insert;
    private readonly SqliteCommand _update;
    private readonly SqliteCommand _delete;
    private readonly SqliteCommand _remember;
    private readonly SqliteCommand _epoch;

    public SqliteSession(SqliteConnection connection)
    {
        _connection = connection;
        _insert = Command(
            """
            INSERT INTO resources (type, namespace, name, uid, version, labels, owner_uids, deletion_timestamp, body)
            VALUES ($type, $namespace, $name, $uid, $version, $labels, $owners, $deletion, $body)
            ON CONFLICT (type, namespace, name) DO NOTHING
            """,
            "$type", "$namespace", "$name", "$uid", "$version", "$labels", "$owners", "$deletion", "$body");
        _update = Command(
            """
            UPDATE resources SET uid = $uid, version = $version, labels = $labels, owner_uids = $owners, deletion_timestamp = $deletion, body = $body
            WHERE type = $type AND namespace = $namespace AND name = $name AND version = $expected
            """,
            "$type", "$namespace", "$name", "$uid", "$version", "$labels", "$owners", "$deletion", "$body", "$expected");
        _delete = Command(
            "DELETE FROM resources WHERE type = $type AND namespace = $namespace AND name = $name AND version = $expected",
            "$type", "$namespace", "$name", "$expected");
        _remember = Command(
            """
            INSERT INTO resource_deletions (type, version, namespace, name, uid, deleted_at, body)
            VALUES ($type, $version, $namespace, $name, $uid, $at, $body)
            """,
            "$type", "$version", "$namespace", "$name", "$uid", "$at", "$body");
        _epoch = Command("SELECT epoch FROM resource_types WHERE type = $type", "$type");
    }

    public void Execute(string sql) => SqliteSchema.Execute(_connection, sql);

    public long EpochOf(ResourceType type)
    {
        _epoch.Parameters[0].Value = type.ToString();
        return _epoch.ExecuteScalar() is long epoch ? epoch : 0;
    }

    public VersionBlock? Raise(ResourceType type, int blockSize, long? expected)
    {
        if (expected is { } epoch && EpochOf(type) != epoch)
        {
            return null;
        }

        using var command = Command(
            """
            INSERT INTO resource_types (type, epoch, reserved_through) VALUES ($type, 1, $size)
            ON CONFLICT (type) DO UPDATE SET epoch = epoch + 1, reserved_through = reserved_through + $size
            RETURNING epoch, reserved_through, pruned_through
            """,
            "$type", "$size");
        command.Parameters[0].Value = type.ToString();
        command.Parameters[1].Value = blockSize;
        return ReadBlock(command, blockSize);
    }

    public VersionBlock? Extend(ResourceType type, long epoch, int blockSize)
    {
        using var command = Command(
            """
            UPDATE resource_types SET reserved_through = reserved_through + $size WHERE type = $type AND epoch = $epoch
            RETURNING epoch, reserved_through, pruned_through
            """,
            "$type", "$size", "$epoch");
        command.Parameters[0].Value = type.ToString();
        command.Parameters[1].Value = blockSize;
        command.Parameters[2].Value = epoch;
        return ReadBlock(command, blockSize);
    }

    public bool Write(RowWrite write, long now)
    {
        var snapshot = write.Snapshot;
        if (write.IsDeletion)
        {
            SetKey(_delete, snapshot.Key);
            _delete.Parameters[3].Value = write.Expected.Value;
            return _delete.ExecuteNonQuery() == 1 && Remember(snapshot, now);
        }

        var command = write.IsCreation ? _insert : _update;
        SetKey(command, snapshot.Key);
        command.Parameters[3].Value = snapshot.Uid;
        command.Parameters[4].Value = snapshot.Version.Value;
        command.Parameters[5].Value = (object?)RowText.Labels(snapshot) ?? DBNull.Value;
        command.Parameters[6].Value = (object?)RowText.Owners(snapshot) ?? DBNull.Value;
        command.Parameters[7].Value = snapshot.DeletionTimestamp is { } deletion
            ? deletion.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss'Z'", CultureInfo.InvariantCulture)
            : DBNull.Value;
        command.Parameters[8].Value = snapshot.Body;
        if (!write.IsCreation)
        {
            command.Parameters[9].Value = write.Expected.Value;
        }

        return command.ExecuteNonQuery() == 1;
    }

    public int Prune(ResourceType type, long before)
    {
        using var mark = Command(
            """
            UPDATE resource_types SET pruned_through = max(pruned_through,
                coalesce((SELECT max(version) FROM resource_deletions WHERE type = $type AND deleted_at < $before), 0))
            WHERE type = $type
            """,
            "$type", "$before");
        mark.Parameters[0].Value = type.ToString();
        mark.Parameters[1].Value = before;
        mark.ExecuteNonQuery();
        using var delete = Command("DELETE FROM resource_deletions WHERE type = $type AND deleted_at < $before", "$type", "$before");
        delete.Parameters[0].Value = type.ToString();
        delete.Parameters[1].Value = before;
        return delete.ExecuteNonQuery();
    }

    public void Dispose()
    {
        foreach (var command in (SqliteCommand[])[_insert, _update, _delete, _remember, _epoch])
        {
            command.Dispose();
        }

        _connection.Dispose();
    }

    private static void SetKey(SqliteCommand command, ResourceKey key)
    {
        command.Parameters[0].Value = key.Type.ToString();
        command.Parameters[1].Value = key.Namespace;
        command.Parameters[2].Value = key.Name;
    }

    private static VersionBlock? ReadBlock(SqliteCommand command, int blockSize)
    {
        using var reader = command.ExecuteReader();
        return reader.Read()
            ? new(reader.GetInt64(0), new(reader.GetInt64(1) - blockSize + 1), new(reader.GetInt64(1)), new(reader.GetInt64(2)))
            : null;
    }

    private bool Remember(ResourceSnapshot snapshot, long now)
    {
        _remember.Parameters[0].Value = snapshot.Key.Type.ToString();
        _remember.Parameters[1].Value = snapshot.Version.Value;
        _remember.Parameters[2].Value = snapshot.Key.Namespace;
        _remember.Parameters[3].Value = snapshot.Key.Name;
        _remember.Parameters[4].Value = snapshot.Uid;
        _remember.Parameters[5].Value = now;
        _remember.Parameters[6].Value = snapshot.Body;
        _remember.ExecuteNonQuery();
        return true;
    }

    private SqliteCommand Command(string sql, params string[] parameters)
    {
        var command = _connection.CreateCommand();
        command.CommandText = sql;
        foreach (var name in parameters)
        {
            command.Parameters.Add(new SqliteParameter { ParameterName = name });
        }

        return command;
    }
}
