namespace Crescent.Grains.Hosting;

/// <summary>
/// The SQL that Orleans' ADO.NET providers look up by key in the table <c>OrleansQuery</c>: column and parameter names are their contract,
/// the rest is ours. What both databases understand is here; each dialect adds its writes.
/// </summary>
internal static class OrleansSql
{
    public const string GrainRow =
        """
        GrainIdHash = @GrainIdHash AND GrainTypeHash = @GrainTypeHash AND GrainIdN0 = @GrainIdN0 AND GrainIdN1 = @GrainIdN1
        AND GrainTypeString = @GrainTypeString AND ServiceId = @ServiceId
        AND COALESCE(GrainIdExtensionString, '') = COALESCE(@GrainIdExtensionString, '')
        """;

    public const string SiloRow = "DeploymentId = @DeploymentId AND Address = @Address AND Port = @Port AND Generation = @Generation";

    private const string MemberColumns =
        """
        SELECT v.DeploymentId, m.Address, m.Port, m.Generation, m.SiloName, m.HostName, m.Status, m.ProxyPort, m.SuspectTimes, m.StartTime,
            m.IAmAliveTime, v.Version
        FROM OrleansMembershipVersionTable v LEFT JOIN OrleansMembershipTable m ON m.DeploymentId = v.DeploymentId
        """;

    private const string ReminderColumns = "SELECT GrainId, ReminderName, StartTime, Period, Version FROM OrleansRemindersTable WHERE ServiceId = @ServiceId";

    public static IReadOnlyDictionary<string, string> Common { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        // A version row without members still answers, with nulls.
        ["MembershipReadRowKey"] =
            $"{MemberColumns} AND m.Address = @Address AND m.Port = @Port AND m.Generation = @Generation WHERE v.DeploymentId = @DeploymentId",
        ["MembershipReadAllKey"] = $"{MemberColumns} WHERE v.DeploymentId = @DeploymentId",
        ["GatewaysQueryKey"] =
            """
            SELECT Address, ProxyPort, Generation FROM OrleansMembershipTable
            WHERE DeploymentId = @DeploymentId AND Status = @Status AND ProxyPort > 0
            """,
        ["UpdateIAmAlivetimeKey"] = $"UPDATE OrleansMembershipTable SET IAmAliveTime = @IAmAliveTime WHERE {SiloRow}",
        ["DeleteMembershipTableEntriesKey"] =
            """
            DELETE FROM OrleansMembershipTable WHERE DeploymentId = @DeploymentId;
            DELETE FROM OrleansMembershipVersionTable WHERE DeploymentId = @DeploymentId
            """,

        // 3 is SiloStatus.Active.
        ["CleanupDefunctSiloEntriesKey"] =
            "DELETE FROM OrleansMembershipTable WHERE DeploymentId = @DeploymentId AND IAmAliveTime < @IAmAliveTime AND Status <> 3",

        ["ReadReminderRowsKey"] = $"{ReminderColumns} AND GrainId = @GrainId",
        ["ReadReminderRowKey"] = $"{ReminderColumns} AND GrainId = @GrainId AND ReminderName = @ReminderName",
        ["ReadRangeRows1Key"] = $"{ReminderColumns} AND GrainHash > @BeginHash AND GrainHash <= @EndHash",
        ["ReadRangeRows2Key"] = $"{ReminderColumns} AND (GrainHash > @BeginHash OR GrainHash <= @EndHash)",
        ["DeleteReminderRowsKey"] = "DELETE FROM OrleansRemindersTable WHERE ServiceId = @ServiceId",
        ["UpsertReminderRowKey"] =
            """
            INSERT INTO OrleansRemindersTable (ServiceId, GrainId, ReminderName, StartTime, Period, GrainHash, Version)
            VALUES (@ServiceId, @GrainId, @ReminderName, @StartTime, @Period, @GrainHash, 0)
            ON CONFLICT (ServiceId, GrainId, ReminderName) DO UPDATE SET
                StartTime = excluded.StartTime, Period = excluded.Period, GrainHash = excluded.GrainHash,
                Version = OrleansRemindersTable.Version + 1
            RETURNING Version
            """,

        ["ReadFromStorageKey"] = $"SELECT PayloadBinary, Version FROM OrleansStorage WHERE {GrainRow}",

        // Exactly one of the two can act: the first needs a version, the second needs that there is none. No row back means conflict.
        ["WriteToStorageKey"] =
            $"""
            UPDATE OrleansStorage SET PayloadBinary = @PayloadBinary, ModifiedOn = CURRENT_TIMESTAMP, Version = Version + 1
            WHERE {GrainRow} AND Version = @GrainStateVersion
            RETURNING Version AS NewGrainStateVersion;
            INSERT INTO OrleansStorage (GrainIdHash, GrainIdN0, GrainIdN1, GrainTypeHash, GrainTypeString, GrainIdExtensionString, ServiceId,
                PayloadBinary, ModifiedOn, Version)
            SELECT @GrainIdHash, @GrainIdN0, @GrainIdN1, @GrainTypeHash, @GrainTypeString, @GrainIdExtensionString, @ServiceId,
                @PayloadBinary, CURRENT_TIMESTAMP, 1
            WHERE @GrainStateVersion IS NULL
            ON CONFLICT DO NOTHING
            RETURNING Version AS NewGrainStateVersion
            """,
        ["ClearStorageKey"] =
            $"""
            UPDATE OrleansStorage SET PayloadBinary = NULL, ModifiedOn = CURRENT_TIMESTAMP, Version = Version + 1
            WHERE {GrainRow} AND Version = @GrainStateVersion
            RETURNING Version AS NewGrainStateVersion
            """,
        ["DeleteStorageKey"] =
            $"""
            DELETE FROM OrleansStorage WHERE {GrainRow} AND Version = @GrainStateVersion
            RETURNING Version + 1 AS NewGrainStateVersion
            """,
    };
}
