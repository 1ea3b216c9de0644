using Crescent.Identity;

namespace Crescent.Watching;

/// <summary>
/// All objects of one type in this process, following the sequencer. Thread-safe; reading never blocks the follower.
/// </summary>
public interface IResourceCache
{
    ResourceType Type { get; }

    /// <summary>Completes when the first load is done; faults are retried inside, so it only ends early when cancelled.</summary>
    Task WaitUntilLoadedAsync(CancellationToken cancellationToken = default);

    /// <summary>The newest state this process knows; empty at <see cref="ResourceVersion.None"/> before the first load.</summary>
    IResourceView Current { get; }

    /// <summary>Waits until the cache has reached <paramref name="version"/>, then returns the newest state.</summary>
    ValueTask<IResourceView> WaitForAsync(ResourceVersion version, CancellationToken cancellationToken = default);

    /// <summary>A consistent read: asks the sequencer for the frontier, waits until the cache is there.</summary>
    ValueTask<IResourceView> GetConsistentAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Follows changes after <paramref name="after"/>. Null when that version has left this cache's window: the caller lists again
    /// (an API watch answers 410 Expired).
    /// </summary>
    /// <param name="after">Last version the reader has seen; usually <c>Current.Version</c>.</param>
    /// <param name="bufferSize">Changes held back for a slow reader before it is cut.</param>
    /// <param name="onNode">Only changes of objects that are, or were, on this node (<c>spec.nodeName</c>); null for all.</param>
    IResourceSubscription? Subscribe(ResourceVersion after, int bufferSize = 10_000, string? onNode = null);
}
