namespace Crescent.Grains.Ownership;

/// <summary>What the garbage collector does with a dependent.</summary>
internal enum DependentFate
{
    Leave,

    /// <summary>Keep it, with fewer owner references.</summary>
    Rewrite,

    Delete,

    /// <summary>Delete it after its own dependents.</summary>
    DeleteForeground,
}
