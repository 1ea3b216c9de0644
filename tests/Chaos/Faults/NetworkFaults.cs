using Crescent.Chaos.Clusters;

namespace Crescent.Chaos.Faults;

/// <summary>Partitions; they need a network namespace per silo. Clients reach every silo all the time.</summary>
internal static class NetworkFaults
{
    public static readonly Fault[] All =
    [
        new("cut-database", "one silo cut off from PostgreSQL, not from its peers", CanCut, context =>
            CutAsync(context, silo => context.Cluster.Network!.CutDatabaseAsync(silo, context.Cluster.Postgres!.Port))),
        new("cut-peers", "one silo cut off from its peers, not from PostgreSQL", CanCut, context =>
            CutAsync(context, context.Cluster.Network!.CutPeersAsync)),
    ];

    private static bool CanCut(ChaosCluster cluster) => cluster is { Network: not null, Postgres: not null, Silos.Count: > 1 };

    private static async Task<int[]?> CutAsync(FaultContext context, Func<int, Task> cut)
    {
        var silo = context.AnySilo();
        await cut(silo);
        try
        {
            await context.WaitAsync(2, 15);
        }
        finally
        {
            await context.Cluster.Network!.HealAsync(silo);
        }

        return [silo];
    }
}
