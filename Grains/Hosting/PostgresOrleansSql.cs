namespace Crescent.Grains.Hosting;

/// <summary>Orleans' tables on PostgreSQL, and the queries that change two tables at once.</summary>
internal static class PostgresOrleansSql
{
    /// <summary>Only ever appended to.</summary>
    public static readonly string[] Migrations =
    [
        """
        CREATE TABLE OrleansQuery (
            QueryKey varchar(64) PRIMARY KEY,
            QueryText text NOT NULL
        );

        CREATE TABLE OrleansMembershipVersionTable (
            DeploymentId varchar(150) PRIMARY KEY,
            Timestamp timestamptz NOT NULL DEFAULT now(),
            Version integer NOT NULL DEFAULT 0
        );

        CREATE TABLE OrleansMembershipTable (
            DeploymentId varchar(150) NOT NULL REFERENCES OrleansMembershipVersionTable (DeploymentId),
            Address varchar(45) NOT NULL,
            Port integer NOT NULL,
            Generation integer NOT NULL,
            SiloName varchar(150) NOT NULL,
            HostName varchar(255) NOT NULL,
            Status integer NOT NULL,
            ProxyPort integer,
            SuspectTimes text,
            StartTime timestamptz NOT NULL,
            IAmAliveTime timestamptz NOT NULL,
            PRIMARY KEY (DeploymentId, Address, Port, Generation)
        );

        CREATE TABLE OrleansRemindersTable (
            ServiceId varchar(150) NOT NULL,
            GrainId text NOT NULL,
            ReminderName varchar(255) NOT NULL,
            StartTime timestamptz NOT NULL,
            Period bigint NOT NULL,
            GrainHash integer NOT NULL,
            Version integer NOT NULL,
            PRIMARY KEY (ServiceId, GrainId, ReminderName)
        );
        CREATE INDEX OrleansReminders_Hash ON OrleansRemindersTable (ServiceId, GrainHash);

        CREATE TABLE OrleansStorage (
            GrainIdHash integer NOT NULL,
            GrainIdN0 bigint NOT NULL,
            GrainIdN1 bigint NOT NULL,
            GrainTypeHash integer NOT NULL,
            GrainTypeString text NOT NULL,
            GrainIdExtensionString text,
            ServiceId varchar(150) NOT NULL,
            PayloadBinary bytea,
            ModifiedOn timestamptz NOT NULL,
            Version integer NOT NULL
        );
        CREATE UNIQUE INDEX OrleansStorage_Key ON OrleansStorage
            (GrainIdHash, GrainTypeHash, GrainIdN0, GrainIdN1, ServiceId, GrainTypeString, COALESCE(GrainIdExtensionString, ''));
        """,
    ];

    public static IReadOnlyDictionary<string, string> Queries { get; } = new Dictionary<string, string>(OrleansSql.Common, StringComparer.Ordinal)
    {
        ["InsertMembershipVersionKey"] =
            """
            WITH added AS (
                INSERT INTO OrleansMembershipVersionTable (DeploymentId) VALUES (@DeploymentId) ON CONFLICT DO NOTHING RETURNING 1)
            SELECT EXISTS (SELECT 1 FROM added)
            """,
        ["InsertMembershipKey"] =
            $"""
            WITH raised AS (
                UPDATE OrleansMembershipVersionTable SET Timestamp = now(), Version = Version + 1
                WHERE DeploymentId = @DeploymentId AND Version = @Version
                    AND NOT EXISTS (SELECT 1 FROM OrleansMembershipTable WHERE {OrleansSql.SiloRow})
                RETURNING DeploymentId),
            added AS (
                INSERT INTO OrleansMembershipTable
                    (DeploymentId, Address, Port, Generation, SiloName, HostName, Status, ProxyPort, StartTime, IAmAliveTime)
                SELECT DeploymentId, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime, @IAmAliveTime
                FROM raised
                RETURNING 1)
            SELECT EXISTS (SELECT 1 FROM added)
            """,
        ["UpdateMembershipKey"] =
            $"""
            WITH raised AS (
                UPDATE OrleansMembershipVersionTable SET Timestamp = now(), Version = Version + 1
                WHERE DeploymentId = @DeploymentId AND Version = @Version
                    AND EXISTS (SELECT 1 FROM OrleansMembershipTable WHERE {OrleansSql.SiloRow})
                RETURNING 1),
            changed AS (
                UPDATE OrleansMembershipTable SET Status = @Status, SuspectTimes = @SuspectTimes, IAmAliveTime = @IAmAliveTime
                WHERE {OrleansSql.SiloRow} AND EXISTS (SELECT 1 FROM raised)
                RETURNING 1)
            SELECT EXISTS (SELECT 1 FROM changed)
            """,
        ["DeleteReminderRowKey"] =
            """
            WITH gone AS (
                DELETE FROM OrleansRemindersTable
                WHERE ServiceId = @ServiceId AND GrainId = @GrainId AND ReminderName = @ReminderName AND Version = @Version
                RETURNING 1)
            SELECT EXISTS (SELECT 1 FROM gone)
            """,
    };
}
