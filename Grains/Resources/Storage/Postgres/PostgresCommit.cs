using Crescent.Identity;
using Npgsql;
using NpgsqlTypes;
using static Crescent.Grains.Resources.Storage.Postgres.CommitStatements;

namespace Crescent.Grains.Resources.Storage.Postgres;

/// <summary>
/// One group commit as one round trip: a batch of statements in one implicit transaction. The first holds the epochs against a raise until
/// the commit (<see cref="EpochLock"/>); the others, which begin when it has been granted, write what is under a current epoch. A few rows
/// have a statement each, many have one of arrays: a statement of arrays alone costs what three others do.
/// </summary>
internal sealed class PostgresCommit
{
    /// <summary>Most rows of one kind that are written one by one.</summary>
    private const int MaxSingle = 4;

    private readonly IReadOnlyList<RowWrite> _writes;
    private readonly Dictionary<ResourceType, string> _types = [];
    private readonly HashSet<(string Type, long Version)> _committed = [];
    private readonly List<(NpgsqlBatchCommand Command, RowWrite Write)> _single = [];

    public PostgresCommit(IReadOnlyList<RowWrite> writes)
    {
        _writes = writes;
        foreach (var write in writes)
        {
            _types.TryAdd(write.Key.Type, write.Key.Type.ToString());
        }
    }

    public async Task<WriteOutcome[]> RunAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using (var batch = new NpgsqlBatch(connection))
        {
            batch.BatchCommands.Add(EpochLock.Share(_types.Values));
            AddEach(batch, CreateOne, CreateMany, [.. _writes.Where(static write => write.IsCreation)]);
            AddEach(batch, UpdateOne, UpdateMany, [.. _writes.Where(static write => !write.IsCreation && !write.IsDeletion)]);
            AddEach(batch, DeleteOne, DeleteMany, [.. _writes.Where(static write => write.IsDeletion)]);
            await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
            while (await reader.NextResultAsync(cancellationToken))
            {
                while (await reader.ReadAsync(cancellationToken))
                {
                    _committed.Add((reader.GetString(0), reader.GetInt64(1)));
                }
            }
        }

        foreach (var (command, write) in _single)
        {
            if (command.RecordsAffected == 1)
            {
                _committed.Add((_types[write.Key.Type], write.Snapshot.Version.Value));
            }
        }

        return await JudgeAsync(connection, cancellationToken);
    }

    /// <summary>
    /// What was not written is a conflict while its epoch is current. Something of its type that was written says that; otherwise it is asked
    /// afterwards, which errs on one side only: conflicts just before a raise are tried again under the new epoch and found there.
    /// </summary>
    private async Task<WriteOutcome[]> JudgeAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var outcomes = new WriteOutcome[_writes.Count];
        if (_committed.Count == outcomes.Length)
        {
            Array.Fill(outcomes, WriteOutcome.Committed);
            return outcomes;
        }

        var epochs = await ReadEpochsAsync(connection, cancellationToken);
        foreach (var write in _writes.Where(IsCommitted))
        {
            epochs[_types[write.Key.Type]] = write.Epoch;
        }

        for (var index = 0; index < outcomes.Length; index++)
        {
            var write = _writes[index];
            outcomes[index] = IsCommitted(write) ? WriteOutcome.Committed
                : epochs.GetValueOrDefault(_types[write.Key.Type]) == write.Epoch ? WriteOutcome.Conflict
                : WriteOutcome.Fenced;
        }

        return outcomes;
    }

    private bool IsCommitted(RowWrite write) => _committed.Contains((_types[write.Key.Type], write.Snapshot.Version.Value));

    private async Task<Dictionary<string, long>> ReadEpochsAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Epochs, connection) { Parameters = { Of(_types.Values.ToArray(), NpgsqlDbType.Text) } };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var epochs = new Dictionary<string, long>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellationToken))
        {
            epochs[reader.GetString(0)] = reader.GetInt64(1);
        }

        return epochs;
    }

    private void AddEach(NpgsqlBatch batch, string one, string many, RowWrite[] writes)
    {
        // Two transactions that touch the same rows take them in the same order, and so cannot block each other.
        Array.Sort(writes, static (left, right) => left.Key.CompareTo(right.Key));
        if (writes.Length > MaxSingle)
        {
            AddMany(batch, many, writes);
            return;
        }

        foreach (var write in writes)
        {
            AddOne(batch, one, write);
        }
    }

    private void AddOne(NpgsqlBatch batch, string sql, RowWrite write)
    {
        var command = new NpgsqlBatchCommand(sql);
        var parameters = command.Parameters;
        var snapshot = write.Snapshot;
        parameters.Add(Text(_types[write.Key.Type]));
        parameters.Add(Text(write.Key.Namespace));
        parameters.Add(Text(write.Key.Name));
        parameters.Add(Number(write.Epoch));
        parameters.Add(Number(snapshot.Version.Value));
        if (!write.IsDeletion)
        {
            parameters.Add(Text(snapshot.Uid));
            parameters.Add(Text(RowText.Labels(snapshot)));
            parameters.Add(Text(RowText.Owners(snapshot)));
            parameters.Add(new NpgsqlParameter<DateTime?> { TypedValue = snapshot.DeletionTimestamp?.UtcDateTime, NpgsqlDbType = NpgsqlDbType.TimestampTz });
        }

        parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = snapshot.Body, NpgsqlDbType = NpgsqlDbType.Bytea });
        if (!write.IsCreation)
        {
            parameters.Add(Number(write.Expected.Value));
        }

        batch.BatchCommands.Add(command);
        _single.Add((command, write));
    }

    private void AddMany(NpgsqlBatch batch, string sql, RowWrite[] writes)
    {
        var command = new NpgsqlBatchCommand(sql);
        var parameters = command.Parameters;
        parameters.Add(Of(Array.ConvertAll(writes, write => _types[write.Key.Type]), NpgsqlDbType.Text));
        parameters.Add(Of(Array.ConvertAll(writes, static write => write.Key.Namespace), NpgsqlDbType.Text));
        parameters.Add(Of(Array.ConvertAll(writes, static write => write.Key.Name), NpgsqlDbType.Text));
        parameters.Add(Of(Array.ConvertAll(writes, static write => write.Epoch), NpgsqlDbType.Bigint));
        parameters.Add(Of(Array.ConvertAll(writes, static write => write.Snapshot.Version.Value), NpgsqlDbType.Bigint));
        if (!writes[0].IsDeletion)
        {
            parameters.Add(Of(Array.ConvertAll(writes, static write => write.Snapshot.Uid), NpgsqlDbType.Text));
            parameters.Add(Of(Array.ConvertAll(writes, static write => RowText.Labels(write.Snapshot)), NpgsqlDbType.Text));
            parameters.Add(Of(Array.ConvertAll(writes, static write => RowText.Owners(write.Snapshot)), NpgsqlDbType.Text));
            parameters.Add(Of(
                Array.ConvertAll(writes, static write => write.Snapshot.DeletionTimestamp?.UtcDateTime), NpgsqlDbType.TimestampTz));
        }

        parameters.Add(Of(Array.ConvertAll(writes, static write => write.Snapshot.Body), NpgsqlDbType.Bytea));
        if (!writes[0].IsCreation)
        {
            parameters.Add(Of(Array.ConvertAll(writes, static write => write.Expected.Value), NpgsqlDbType.Bigint));
        }

        batch.BatchCommands.Add(command);
    }

    private static NpgsqlParameter Text(string? value) => new NpgsqlParameter<string?> { TypedValue = value, NpgsqlDbType = NpgsqlDbType.Text };

    private static NpgsqlParameter Number(long value) => new NpgsqlParameter<long> { TypedValue = value, NpgsqlDbType = NpgsqlDbType.Bigint };

    private static NpgsqlParameter Of<T>(T[] values, NpgsqlDbType element) =>
        new NpgsqlParameter<T[]> { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | element };
}
