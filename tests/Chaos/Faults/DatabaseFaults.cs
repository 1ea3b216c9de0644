using Crescent.Chaos.Clusters;
using Npgsql;

namespace Crescent.Chaos.Faults;

/// <summary>What happens to databases.</summary>
internal static class DatabaseFaults
{
    public static readonly Fault[] All =
    [
        new("database-restart", "PostgreSQL restarted without a checkpoint (-m immediate)", HasPostgres, context => StopAsync(context, 0, 0.5)),
        new("database-down", "PostgreSQL stopped for up to 30 s", HasPostgres, context => StopAsync(context, 3, 30)),
        new("connections-cut", "all connections to PostgreSQL ended", HasPostgres, CutConnectionsAsync),
        new("move-sequencer", "epoch of the type raised, as another sequencer would", HasPostgres, RaiseEpochAsync),
        new("disk-full", "no room for SQLite's files for some seconds", cluster => !HasPostgres(cluster) && SmallDisk.IsUnder(cluster.Home), FillDiskAsync),
    ];

    private static bool HasPostgres(ChaosCluster cluster) => cluster.Postgres is not null;

    private static async Task<int[]?> StopAsync(FaultContext context, double least, double most)
    {
        await context.Cluster.Postgres!.CrashAsync();
        try
        {
            await context.WaitAsync(least, most);
        }
        finally
        {
            await context.Cluster.Postgres.StartServerAsync();
        }

        return null;
    }

    private static async Task<int[]?> CutConnectionsAsync(FaultContext context)
    {
        await context.Cluster.ExecuteAsync(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()",
            context.CancellationToken);
        return null;
    }

    private static async Task<int[]?> RaiseEpochAsync(FaultContext context)
    {
        await using var connection = new NpgsqlConnection($"{context.Cluster.ConnectionString};Pooling=false");
        await connection.OpenAsync(context.CancellationToken);
        await using var command = new NpgsqlCommand(
            "SELECT pg_advisory_xact_lock(hashtextextended('configmaps', 0)); "
            + "UPDATE resource_types SET epoch = epoch + 1, reserved_through = reserved_through + 100 WHERE type = 'configmaps'", connection);
        return await command.ExecuteNonQueryAsync(context.CancellationToken) == 1 ? null
            : throw new InvalidOperationException("The type's epoch was not found.");
    }

    private static async Task<int[]?> FillDiskAsync(FaultContext context)
    {
        using (SmallDisk.Fill(context.Cluster.Home))
        {
            await context.WaitAsync(1, 8);
        }

        return null;
    }
}
