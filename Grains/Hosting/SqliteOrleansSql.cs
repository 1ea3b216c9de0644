namespace Crescent.Grains.Hosting;

/// <summary>
/// Orleans' tables on SQLite. A statement that changes two tables is a transaction here; connections are not pooled, so one that fails in
/// the middle is closed and rolled back.
/// </summary>
internal static class SqliteOrleansSql
{
    /// <summary>Only ever appended to.</summary>
    public static readonly string[] Migrations =
    [
        """
        CREATE TABLE OrleansQuery (
            QueryKey TEXT NOT NULL PRIMARY KEY,
            QueryText TEXT NOT NULL
        );

        CREATE TABLE OrleansMembershipVersionTable (
            DeploymentId TEXT NOT NULL PRIMARY KEY,
            Timestamp TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
            Version INTEGER NOT NULL DEFAULT 0
        );

        CREATE TABLE OrleansMembershipTable (
            DeploymentId TEXT NOT NULL,
            Address TEXT NOT NULL,
            Port INTEGER NOT NULL,
            Generation INTEGER NOT NULL,
            SiloName TEXT NOT NULL,
            HostName TEXT NOT NULL,
            Status INTEGER NOT NULL,
            ProxyPort INTEGER,
            SuspectTimes TEXT,
            StartTime TEXT NOT NULL,
            IAmAliveTime TEXT NOT NULL,
            PRIMARY KEY (DeploymentId, Address, Port, Generation)
        );

        CREATE TABLE OrleansRemindersTable (
            ServiceId TEXT NOT NULL,
            GrainId TEXT NOT NULL,
            ReminderName TEXT NOT NULL,
            StartTime TEXT NOT NULL,
            Period INTEGER NOT NULL,
            GrainHash INTEGER NOT NULL,
            Version INTEGER NOT NULL,
            PRIMARY KEY (ServiceId, GrainId, ReminderName)
        );
        CREATE INDEX OrleansReminders_Hash ON OrleansRemindersTable (ServiceId, GrainHash);

        CREATE TABLE OrleansStorage (
            GrainIdHash INTEGER NOT NULL,
            GrainIdN0 INTEGER NOT NULL,
            GrainIdN1 INTEGER NOT NULL,
            GrainTypeHash INTEGER NOT NULL,
            GrainTypeString TEXT NOT NULL,
            GrainIdExtensionString TEXT,
            ServiceId TEXT NOT NULL,
            PayloadBinary BLOB,
            ModifiedOn TEXT NOT NULL,
            Version INTEGER NOT NULL
        );
        CREATE UNIQUE INDEX OrleansStorage_Key ON OrleansStorage
            (GrainIdHash, GrainTypeHash, GrainIdN0, GrainIdN1, ServiceId, GrainTypeString, COALESCE(GrainIdExtensionString, ''));
        """,
    ];

    public static IReadOnlyDictionary<string, string> Queries { get; } = new Dictionary<string, string>(OrleansSql.Common, StringComparer.Ordinal)
    {
        ["InsertMembershipVersionKey"] =
            "INSERT INTO OrleansMembershipVersionTable (DeploymentId) VALUES (@DeploymentId) ON CONFLICT DO NOTHING; SELECT changes() = 1",
        ["InsertMembershipKey"] =
            $"""
            BEGIN IMMEDIATE;
            UPDATE OrleansMembershipVersionTable SET Timestamp = CURRENT_TIMESTAMP, Version = Version + 1
            WHERE DeploymentId = @DeploymentId AND Version = @Version
                AND NOT EXISTS (SELECT 1 FROM OrleansMembershipTable WHERE {OrleansSql.SiloRow});
            INSERT INTO OrleansMembershipTable
                (DeploymentId, Address, Port, Generation, SiloName, HostName, Status, ProxyPort, StartTime, IAmAliveTime)
            SELECT @DeploymentId, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime, @IAmAliveTime
            WHERE changes() = 1;
            SELECT changes() = 1;
            COMMIT
            """,
        ["UpdateMembershipKey"] =
            $"""
            BEGIN IMMEDIATE;
            UPDATE OrleansMembershipVersionTable SET Timestamp = CURRENT_TIMESTAMP, Version = Version + 1
            WHERE DeploymentId = @DeploymentId AND Version = @Version
                AND EXISTS (SELECT 1 FROM OrleansMembershipTable WHERE {OrleansSql.SiloRow});
            UPDATE OrleansMembershipTable SET Status = @Status, SuspectTimes = @SuspectTimes, IAmAliveTime = @IAmAliveTime
            WHERE {OrleansSql.SiloRow} AND changes() = 1;
            SELECT changes() = 1;
            COMMIT
            """,
        ["DeleteReminderRowKey"] =
            """
            DELETE FROM OrleansRemindersTable
            WHERE ServiceId = @ServiceId AND GrainId = @GrainId AND ReminderName = @ReminderName AND Version = @Version;
            SELECT changes() = 1
            """,
    };
}
