namespace Crescent.Grains.Resources.Storage.Postgres;

/// <summary>Tables of the resource store.</summary>
internal static class PostgresSchema
{
    /// <summary>Only ever appended to. Text columns sort by code point, as lists do.</summary>
    public static readonly string[] Migrations =
    [
        """
        CREATE TABLE resource_types (
            type text COLLATE "C" PRIMARY KEY,
            epoch bigint NOT NULL,
            reserved_through bigint NOT NULL,
            pruned_through bigint NOT NULL DEFAULT 0
        );

        CREATE TABLE resources (
            type text COLLATE "C" NOT NULL,
            namespace text COLLATE "C" NOT NULL,
            name text COLLATE "C" NOT NULL,
            uid text NOT NULL,
            version bigint NOT NULL,
            labels jsonb,
            owner_uids jsonb,
            deletion_timestamp timestamptz,
            body bytea NOT NULL,
            PRIMARY KEY (type, namespace, name)
        ) WITH (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_cost_delay = 0);
        CREATE UNIQUE INDEX resources_version ON resources (type, version);

        CREATE TABLE resource_deletions (
            type text COLLATE "C" NOT NULL,
            version bigint NOT NULL,
            namespace text COLLATE "C" NOT NULL,
            name text COLLATE "C" NOT NULL,
            uid text NOT NULL,
            deleted_at timestamptz NOT NULL,
            body bytea NOT NULL,
            PRIMARY KEY (type, version)
        );

        CREATE VIEW resource_objects AS
            SELECT type, namespace, name, uid, version, labels, owner_uids, deletion_timestamp,
                convert_from(body, 'UTF8')::jsonb AS object
            FROM resources;
        """,
    ];
}
