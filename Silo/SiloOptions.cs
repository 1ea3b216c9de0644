using Crescent.Security;
using Npgsql;

namespace Crescent.SiloHost;

/// <summary>How one silo runs; from the command line.</summary>
internal sealed class SiloOptions
{
    /// <summary>Everything this silo writes is in here; silos of one machine share it.</summary>
    public required string Home { get; init; }

    /// <summary>Tells the silos of a cluster apart in logs and certificates.</summary>
    public string Name { get; init; } = "silo-1";

    /// <summary><c>sqlite</c> (a file in the home directory, one silo) or <c>postgres</c>.</summary>
    public string Store { get; init; } = "sqlite";

    /// <summary>Npgsql connection string; needed with PostgreSQL.</summary>
    public string? Connection { get; init; }

    /// <summary>HTTPS port of the API.</summary>
    public int Port { get; init; } = 6443;

    /// <summary>Lets several silos of one machine listen on the same API port (Linux); the kernel spreads connections over them.</summary>
    public bool SharePort { get; init; }

    /// <summary>Port for other silos.</summary>
    public int SiloPort { get; init; } = 11111;

    /// <summary>Port for node agents' Orleans clients.</summary>
    public int GatewayPort { get; init; } = 21111;

    /// <summary>Address other silos and agents reach this silo at; null: the machine's own towards the default route.</summary>
    public string? AdvertiseAddress { get; init; }

    /// <summary>Further names and addresses of the API's certificate, e.g. of a load balancer.</summary>
    public IReadOnlyList<string> ApiNames { get; init; } = [];

    /// <summary>Whose TLS and keys.</summary>
    public TlsKind Tls { get; init; }

    public string PodCidr { get; init; } = "10.244.0.0/16";

    public string ServiceCidr { get; init; } = "10.96.0.0/16";

    public string ClusterDns { get; init; } = "10.96.0.10";

    public string ClusterDomain { get; init; } = "cluster.local";

    /// <summary>ClusterIP of the service <c>kubernetes</c>.</summary>
    public string KubernetesServiceAddress { get; init; } = "10.96.0.1";

    /// <summary>The connection string the stores are opened with.</summary>
    public string StoreConnection => Store == "sqlite"
        ? $"Data Source={Path.Combine(Home, "data", "crescent.db")}"
        : Tuned(Connection ?? throw new InvalidOperationException("PostgreSQL needs a connection string"));

    /// <summary>
    /// What the connection string leaves open. By itself Npgsql first tries GSS encryption, and where the server's address has no name each
    /// new connection waits for the name service to give up. It would keep for five minutes what the start or a burst has opened, and a
    /// backend of PostgreSQL is five megabytes.
    /// </summary>
    private static string Tuned(string connection)
    {
        var (settings, untouched) = (new NpgsqlConnectionStringBuilder(connection), new NpgsqlConnectionStringBuilder());
        if (settings.GssEncryptionMode == GssEncryptionMode.Prefer)
        {
            settings.GssEncryptionMode = GssEncryptionMode.Disable;
        }

        if (settings.ConnectionIdleLifetime == untouched.ConnectionIdleLifetime && settings.ConnectionPruningInterval == untouched.ConnectionPruningInterval)
        {
            (settings.ConnectionIdleLifetime, settings.ConnectionPruningInterval) = (30, 10);
        }

        return settings.ConnectionString;
    }
}
