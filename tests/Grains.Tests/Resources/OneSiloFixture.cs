using Crescent.Grains.Resources.Storage;
using Crescent.Grains.Tests.Storage;
using Crescent.Testing.Resources;

namespace Crescent.Grains.Tests.Resources;

/// <summary>One silo shared by a class; its tests use their own object names.</summary>
public abstract class OneSiloFixture(StoreKind kind, TestDatabase database) : IAsyncLifetime
{
    private ResourceCluster? _cluster;

    public ResourceCluster Cluster => _cluster!;

    public async ValueTask InitializeAsync() => _cluster = await ResourceCluster.StartAsync(await database.CreateAsync(kind));

    public async ValueTask DisposeAsync()
    {
        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }
    }
}

public sealed class SqliteSiloFixture(TestDatabase database) : OneSiloFixture(StoreKind.Sqlite, database);

public sealed class PostgresSiloFixture(TestDatabase database) : OneSiloFixture(StoreKind.Postgres, database);
