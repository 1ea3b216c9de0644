namespace Crescent.Chaos.Checking;

/// <summary>What a correct server never does.</summary>
internal enum ViolationKind
{
    /// <summary>One version stands for two states, or for two objects.</summary>
    AmbiguousVersion = 0,

    /// <summary>A change was made on something else than the state before it: an acknowledged write is undone.</summary>
    LostUpdate = 1,

    /// <summary>A write with a resourceVersion replaced another state than that.</summary>
    StaleWrite = 2,

    /// <summary>A write that was refused took effect, or one nobody asked for.</summary>
    PhantomWrite = 3,

    /// <summary>One write took effect twice.</summary>
    RepeatedWrite = 4,

    /// <summary>An object was created while it was there, or vanished without being deleted.</summary>
    BrokenLife = 5,

    /// <summary>No order of the operations on one object explains the answers.</summary>
    NotLinearizable = 6,

    /// <summary>Versions went back: a write or list got a version below one that was known before it began.</summary>
    VersionWentBack = 7,

    /// <summary>A list shows other states than those at its version.</summary>
    TornList = 8,

    /// <summary>A watcher was sent a version at or below the one before.</summary>
    WatchOutOfOrder = 9,

    /// <summary>A watcher was not sent a committed version.</summary>
    WatchMissed = 10,

    /// <summary>ADDED for an object the watcher has, or MODIFIED or DELETED for one it has not.</summary>
    WatchMislabeled = 11,

    /// <summary>A watcher did not reach the end.</summary>
    WatchStuck = 12,
}
