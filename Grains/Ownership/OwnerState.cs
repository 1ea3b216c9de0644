namespace Crescent.Grains.Ownership;

/// <summary>How an owner stands when it is asked past all caches.</summary>
internal enum OwnerState
{
    /// <summary>There, or of a kind this server does not know and so cannot miss.</summary>
    Present,

    /// <summary>There is no object of that name and uid.</summary>
    Absent,

    /// <summary>Being deleted in the foreground: it goes when its dependents are gone.</summary>
    WaitsForDependents,
}
