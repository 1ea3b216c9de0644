using Crescent.Identity;
using Npgsql;
using NpgsqlTypes;

namespace Crescent.Grains.Resources.Storage.Postgres;

/// <summary>
/// One group commit as one round trip: a batch of statements in one implicit transaction. The first locks the epoch rows against a raise
/// until the commit; the others write what is under a current epoch, each from arrays, so their text never changes.
/// </summary>
internal sealed class PostgresCommit
{
    private const string Fence = "SELECT type, epoch FROM resource_types WHERE type = ANY ($1) FOR SHARE";

    private const string Create =
        """
        INSERT INTO resources (type, namespace, name, uid, version, labels, owner_uids, deletion_timestamp, body)
        SELECT i.type, i.namespace, i.name, i.uid, i.version, i.labels::jsonb, i.owners::jsonb, i.deletion, i.body
        FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) AS i (type, namespace, name, epoch, version, uid, labels, owners, deletion, body)
        JOIN resource_types t ON t.type = i.type AND t.epoch = i.epoch
        ON CONFLICT (type, namespace, name) DO NOTHING
        RETURNING type, version
        """;

    // The input is materialized after the epoch check: otherwise the planner may join all rows of the type with the epoch row first.
    private const string Update =
        """
        WITH i AS MATERIALIZED (
            SELECT u.* FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
                AS u (type, namespace, name, epoch, version, uid, labels, owners, deletion, body, expected)
            JOIN resource_types t ON t.type = u.type AND t.epoch = u.epoch)
        UPDATE resources r SET uid = i.uid, version = i.version, labels = i.labels::jsonb, owner_uids = i.owners::jsonb,
            deletion_timestamp = i.deletion, body = i.body
        FROM i
        WHERE r.type = i.type AND r.namespace = i.namespace AND r.name = i.name AND r.version = i.expected
        RETURNING r.type, r.version
        """;

    private const string Delete =
        """
        WITH i AS MATERIALIZED (
            SELECT u.* FROM unnest($1, $2, $3, $4, $5, $6, $7) AS u (type, namespace, name, epoch, version, body, expected)
            JOIN resource_types t ON t.type = u.type AND t.epoch = u.epoch),
        gone AS (
            DELETE FROM resources r
            USING i
            WHERE r.type = i.type AND r.namespace = i.namespace AND r.name = i.name AND r.version = i.expected
            RETURNING r.type, i.version, r.namespace, r.name, r.uid, i.body)
        INSERT INTO resource_deletions (type, version, namespace, name, uid, deleted_at, body)
        SELECT type, version, namespace, name, uid, now(), body FROM gone
        RETURNING type, version
        """;

    private readonly IReadOnlyList<RowWrite> _writes;
    private readonly Dictionary<ResourceType, string> _types = [];
    private readonly Dictionary<string, long> _epochs = new(StringComparer.Ordinal);
    private readonly HashSet<(string Type, long Version)> _committed = [];

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
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(new(Fence) { Parameters = { Of(_types.Values.ToArray(), NpgsqlDbType.Text) } });
        Add(batch, Create, [.. _writes.Where(static write => write.IsCreation)]);
        Add(batch, Update, [.. _writes.Where(static write => !write.IsCreation && !write.IsDeletion)]);
        Add(batch, Delete, [.. _writes.Where(static write => write.IsDeletion)]);
        await using (var reader = await batch.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                _epochs[reader.GetString(0)] = reader.GetInt64(1);
            }

            while (await reader.NextResultAsync(cancellationToken))
            {
                while (await reader.ReadAsync(cancellationToken))
                {
                    _committed.Add((reader.GetString(0), reader.GetInt64(1)));
                }
            }
        }

        var outcomes = new WriteOutcome[_writes.Count];
        for (var index = 0; index < outcomes.Length; index++)
        {
            outcomes[index] = OutcomeOf(_writes[index]);
        }

        return outcomes;
    }

    private WriteOutcome OutcomeOf(RowWrite write)
    {
        var type = _types[write.Key.Type];
        return _committed.Contains((type, write.Snapshot.Version.Value)) ? WriteOutcome.Committed
            : _epochs.GetValueOrDefault(type) == write.Epoch ? WriteOutcome.Conflict
            : WriteOutcome.Fenced;
    }

    private void Add(NpgsqlBatch batch, string sql, RowWrite[] writes)
    {
        if (writes.Length == 0)
        {
            return;
        }

        // Two transactions that touch the same rows take them in the same order, and so cannot block each other.
        Array.Sort(writes, static (left, right) => left.Key.CompareTo(right.Key));
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

    private static NpgsqlParameter Of<T>(T[] values, NpgsqlDbType element) =>
        new NpgsqlParameter<T[]> { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | element };
}
