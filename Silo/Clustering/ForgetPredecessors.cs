using Crescent.Grains.Hosting;
using Crescent.Grains.Resources.Storage;
using Microsoft.Data.Sqlite;
using Orleans.Runtime;

namespace Crescent.SiloHost.Clustering;

/// <summary>
/// With SQLite there is one silo: whoever stands in the membership table at start is an earlier run of it. Without this, a silo that was
/// killed and comes back under another address would wait for its own ghost.
/// </summary>
internal sealed class ForgetPredecessors(StoreOptions options) : ILifecycleParticipant<ISiloLifecycle>
{
    /// <summary>After the tables exist, before membership reads them.</summary>
    private const int Stage = ServiceLifecycleStage.First + 1;

    public void Participate(ISiloLifecycle lifecycle) => lifecycle.Subscribe<ForgetPredecessors>(Stage, _ =>
    {
        using var connection = new SqliteConnection(AdoNetSchema.ConnectionStringOf(options));
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "DELETE FROM OrleansMembershipTable";
        command.ExecuteNonQuery();
        return Task.CompletedTask;
    });
}
