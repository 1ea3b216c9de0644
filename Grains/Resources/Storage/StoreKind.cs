namespace Crescent.Grains.Resources.Storage;

/// <summary>Which database keeps the cluster.</summary>
public enum StoreKind
{
    /// <summary>One file, one silo: the embedded default.</summary>
    Sqlite = 0,

    /// <summary>A PostgreSQL server (13 or newer) shared by any number of silos.</summary>
    Postgres = 1,
}
