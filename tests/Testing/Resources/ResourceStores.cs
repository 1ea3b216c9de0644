using Crescent.Grains.Resources.Storage;
using Crescent.Grains.Resources.Storage.Postgres;
using Crescent.Grains.Resources.Storage.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Crescent.Testing.Resources;

/// <summary>Stores without a silo.</summary>
internal static class ResourceStores
{
    public static IResourceStore Open(StoreOptions options) => options.Kind == StoreKind.Postgres
        ? new PostgresResourceStore(Options.Create(options), TimeProvider.System, NullLogger<PostgresResourceStore>.Instance)
        : new SqliteResourceStore(Options.Create(options), TimeProvider.System, NullLogger<SqliteResourceStore>.Instance);

    public static async ValueTask CloseAsync(IResourceStore store)
    {
        switch (store)
        {
            case IAsyncDisposable disposable:
                await disposable.DisposeAsync();
                break;
            case IDisposable disposable:
                disposable.Dispose();
                break;
        }
    }
}
