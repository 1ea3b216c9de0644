namespace Crescent.Chaos.Clusters;

/// <summary>The cluster that is to suffer.</summary>
internal sealed record ClusterOptions
{
    /// <summary>Program of a silo.</summary>
    public required string SiloProgram { get; init; }

    /// <summary>Directory for the cluster's home; kept afterwards.</summary>
    public required string Home { get; init; }

    /// <summary>Logs and histories: beside the home, which may be a disk that is filled.</summary>
    public string Output => $"{Home}-output";

    /// <summary>PostgreSQL, else SQLite (one silo).</summary>
    public bool IsPostgres { get; init; } = true;

    /// <summary>Default 3.</summary>
    public int Silos { get; init; } = 3;

    /// <summary>A network namespace per silo, with this name; null: all in the present one.</summary>
    public string? Network { get; init; }
}
