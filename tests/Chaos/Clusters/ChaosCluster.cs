using System.Net;
using Crescent.Testing.Databases;
using Npgsql;

namespace Crescent.Chaos.Clusters;

/// <summary>Real control plane processes over a real database, all started here.</summary>
internal sealed class ChaosCluster : IAsyncDisposable
{
    private static readonly TimeSpan PollPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(240);

    private readonly ClusterOptions _options;
    private readonly TimeProvider _time;
    private HttpClient[] _health = [];

    private ChaosCluster(ClusterOptions options, TimeProvider time)
    {
        _options = options;
        _time = time;
        Connections = new(Path.Combine(options.Home, "kubeconfig"));
    }

    public IReadOnlyList<SiloProcess> Silos { get; private set; } = [];

    public PostgresServer? Postgres { get; private set; }

    public ChaosNetwork? Network { get; private set; }

    public ApiConnections Connections { get; }

    public string Home => _options.Home;

    /// <summary>Npgsql connection string; null with SQLite.</summary>
    public string? ConnectionString { get; private set; }

    public static async Task<ChaosCluster> StartAsync(ClusterOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        var cluster = new ChaosCluster(options, time);
        try
        {
            await cluster.StartAsync(cancellationToken);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts what does not run, and waits until every silo says that it is ready. A silo that ends meanwhile is started again.</summary>
    public async Task EnsureReadyAsync(CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        for (var silo = 0; silo < Silos.Count; silo++)
        {
            StartMissing();
            while (!await IsReadyAsync(silo, cancellationToken))
            {
                StartMissing();
                if (_time.GetElapsedTime(started) > Patience)
                {
                    throw new InvalidOperationException($"silo {silo + 1} is not ready after {Patience.TotalSeconds} s; see {Silos[silo].LogFile}");
                }

                await Task.Delay(PollPause, _time, cancellationToken);
            }
        }
    }

    /// <summary>All of them at once: a silo that starts waits for those it takes to be alive.</summary>
    private void StartMissing()
    {
        foreach (var silo in Silos.Where(silo => !silo.IsRunning))
        {
            silo.Start();
        }
    }

    /// <summary>Runs one statement in the cluster's database, as its administrator could.</summary>
    public async Task ExecuteAsync(string sql, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection($"{ConnectionString};Pooling=false");
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Makes a namespace and waits until every silo serves it.</summary>
    public async Task CreateNamespaceAsync(string name, CancellationToken cancellationToken)
    {
        while (true)
        {
            using var content = new StringContent(
                $$$"""{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"{{{name}}}"}}""", System.Text.Encoding.UTF8, "application/json");
            try
            {
                using var response = await _health[0].PostAsync("/api/v1/namespaces", content, cancellationToken);
                if (response.IsSuccessStatusCode || response.StatusCode == HttpStatusCode.Conflict)
                {
                    return;
                }
            }
            catch (HttpRequestException) when (!cancellationToken.IsCancellationRequested)
            {
                // The silo may just have noticed that it was declared dead, and ended.
                await EnsureReadyAsync(cancellationToken);
            }

            await Task.Delay(PollPause, _time, cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var silo in Silos)
        {
            silo.Dispose();
        }

        Connections.Dispose();
        if (Postgres is not null)
        {
            await Postgres.DisposeAsync();
        }

        if (Network is not null)
        {
            await Network.DisposeAsync();
        }
    }

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(_options.Home);
        if (_options.Network is { } name)
        {
            Network = await ChaosNetwork.CreateAsync(name, _options.Silos);
        }

        if (_options.IsPostgres)
        {
            Postgres = await PostgresServer.StartAsync(Network is null ? "127.0.0.1" : ChaosNetwork.Gateway);
            ConnectionString = await Postgres.CreateDatabaseAsync();
        }

        var machines = Enumerable.Range(0, _options.IsPostgres ? _options.Silos : 1).Select(silo => Network is null
            ? new SiloMachine("127.0.0.1", null, silo)
            : new SiloMachine(ChaosNetwork.AddressOf(silo), Network.NamespaceOf(silo), 0));
        Silos = [.. machines.Select((machine, silo) => new SiloProcess(_options.SiloProgram, Home, _options.Output, $"silo-{silo + 1}", machine, ConnectionString))];
        Silos[0].Start();
        while (!File.Exists(Path.Combine(Home, "kubeconfig")))
        {
            if (!Silos[0].IsRunning)
            {
                throw new InvalidOperationException($"silo 1 ended; see {Silos[0].LogFile}");
            }

            await Task.Delay(PollPause, _time, cancellationToken);
        }

        // The first silo makes the certificates and the schema; the others find them there.
        _health = [.. Silos.Select(silo => Connections.Open(silo.Machine.Api))];
        while (!await IsReadyAsync(0, cancellationToken))
        {
            await Task.Delay(PollPause, _time, cancellationToken);
        }

        await EnsureReadyAsync(cancellationToken);
    }

    private async Task<bool> IsReadyAsync(int silo, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(5));
        try
        {
            using var ready = await _health[silo].GetAsync("/readyz", patience.Token);
            if (!ready.IsSuccessStatusCode)
            {
                return false;
            }

            using var list = await _health[silo].GetAsync("/api/v1/namespaces/default/configmaps", patience.Token);
            return list.IsSuccessStatusCode;
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException
            && !cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
