namespace Crescent.Api.Watching;

/// <summary>Behaviour of watches.</summary>
public sealed class WatchOptions
{
    /// <summary>
    /// How often a watcher that allows bookmarks is told its position while nothing happens; one minute as in Kubernetes, short enough
    /// that a resumed watch finds its version in the window.
    /// </summary>
    public TimeSpan BookmarkInterval { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Shortest life of a watch that names no timeoutSeconds; the actual one is up to twice as long, so that clients spread out.</summary>
    public TimeSpan MinimumTimeout { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>Changes held back for a slow watcher before it is cut off.</summary>
    public int BufferSize { get; set; } = 10_000;

    /// <summary>
    /// Longest time a watcher may read nothing while there is something for it. Default 30 s: clients that are merely busy pass, and one that
    /// hangs holds what is sent and what is being written, a few megabytes at most, not longer.
    /// </summary>
    public TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(30);
}
