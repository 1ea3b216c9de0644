using Crescent.Grains.Resources.Storage;
using Crescent.Testing.Databases;

namespace Crescent.Grains.Tests.Storage;

/// <summary>Fresh databases of either kind. One PostgreSQL server serves the whole test assembly.</summary>
public sealed class TestDatabase : IAsyncLifetime
{
    private readonly string _directory = Directory.CreateTempSubdirectory("crescent-sqlite-").FullName;
    private PostgresServer? _postgres;
    private int _files;

    public async ValueTask InitializeAsync()
    {
        if (PostgresServer.IsInstalled)
        {
            _postgres = await PostgresServer.StartAsync();
        }
    }

    public PostgresServer Server
    {
        get
        {
            if (_postgres is null && Environment.GetEnvironmentVariable("CI") != "true")
            {
                Assert.Skip("PostgreSQL is not installed");
            }

            return _postgres ?? throw new InvalidOperationException("PostgreSQL is not installed");
        }
    }

    public async Task<StoreOptions> CreateAsync(StoreKind kind) => new()
    {
        Kind = kind,
        ConnectionString = kind == StoreKind.Postgres
            ? await Server.CreateDatabaseAsync()
            : $"Data Source={Path.Combine(_directory, $"{Interlocked.Increment(ref _files)}.db")}",
    };

    public async ValueTask DisposeAsync()
    {
        if (_postgres is not null)
        {
            await _postgres.DisposeAsync();
        }

        Directory.Delete(_directory, recursive: true);
    }
}
