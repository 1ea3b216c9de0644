namespace Crescent.Grains.Resources.Storage;

/// <summary>Where the cluster's state is kept.</summary>
public sealed class StoreOptions
{
    /// <summary>Default <see cref="StoreKind.Sqlite"/>: needs no server.</summary>
    public StoreKind Kind { get; set; } = StoreKind.Sqlite;

    /// <summary>
    /// ADO.NET connection string: <c>Data Source=/path/crescent.db</c>, or <c>Host=…;Database=…;Username=…;Password=…</c>. Orleans' own tables
    /// are in the same PostgreSQL database; with SQLite in a second file beside the first (<c>crescent-orleans.db</c>).
    /// </summary>
    public string ConnectionString { get; set; } = "Data Source=crescent.db";

    /// <summary>
    /// Most PostgreSQL connections the resource store of one silo uses. Default four for each processor, from 8 to 16: group commit needs few, and
    /// each is a process of some megabytes.
    /// </summary>
    public int MaxConnections { get; set; } = Math.Clamp(4 * Environment.ProcessorCount, 8, 16);

    /// <summary>How long one database command may take before it counts as lost. Default 10 s.</summary>
    public TimeSpan CommandTimeout { get; set; } = TimeSpan.FromSeconds(10);
}
