namespace Crescent.Grains.Resources.Storage.Postgres;

/// <summary>What a group commit sends. Each kind for one row, which tells how many rows it wrote, and from arrays, which tells which.</summary>
internal static class CommitStatements
{
    public const string Epochs = "SELECT type, epoch FROM resource_types WHERE type = ANY ($1)";

    public const string CreateOne =
        """
        INSERT INTO resources (type, namespace, name, version, uid, labels, owner_uids, deletion_timestamp, body)
        SELECT $1, $2, $3, $5, $6, $7::jsonb, $8::jsonb, $9, $10 FROM resource_types t WHERE t.type = $1 AND t.epoch = $4
        ON CONFLICT (type, namespace, name) DO NOTHING
        """;

    public const string UpdateOne =
        """
        UPDATE resources r SET version = $5, uid = $6, labels = $7::jsonb, owner_uids = $8::jsonb, deletion_timestamp = $9, body = $10
        FROM resource_types t
        WHERE t.type = $1 AND t.epoch = $4 AND r.type = $1 AND r.namespace = $2 AND r.name = $3 AND r.version = $11
        """;

    public const string DeleteOne =
        """
        WITH gone AS (
            DELETE FROM resources r
            USING resource_types t
            WHERE t.type = $1 AND t.epoch = $4 AND r.type = $1 AND r.namespace = $2 AND r.name = $3 AND r.version = $7
            RETURNING r.uid)
        INSERT INTO resource_deletions (type, version, namespace, name, uid, deleted_at, body)
        SELECT $1, $5, $2, $3, uid, now(), $6 FROM gone
        """;

    public const string CreateMany =
        """
        INSERT INTO resources (type, namespace, name, uid, version, labels, owner_uids, deletion_timestamp, body)
        SELECT i.type, i.namespace, i.name, i.uid, i.version, i.labels::jsonb, i.owners::jsonb, i.deletion, i.body
        FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) AS i (type, namespace, name, epoch, version, uid, labels, owners, deletion, body)
        JOIN resource_types t ON t.type = i.type AND t.epoch = i.epoch
        ON CONFLICT (type, namespace, name) DO NOTHING
        RETURNING type, version
        """;

    // The input is materialized after the epoch check: otherwise the planner may join all rows of the type with the epoch row first.
    public const string UpdateMany =
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

    public const string DeleteMany =
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
}
