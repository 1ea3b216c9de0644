using Crescent.Identity;

namespace Crescent.Watching;

/// <summary>A reader's place in the change stream of a cache. Not thread-safe; dispose to leave.</summary>
public interface IResourceSubscription : IDisposable
{
    /// <summary>
    /// Waits for changes and returns all that are ready, in version order, gapless. An empty batch means progress without changes
    /// (<see cref="Position"/> moved) — good for bookmarks.
    /// </summary>
    /// <exception cref="SubscriptionLostException">The reader was too slow, or the cache had to load again: list again.</exception>
    ValueTask<IReadOnlyList<ResourceChange>> ReadAsync(CancellationToken cancellationToken = default);

    /// <summary>Everything up to here has been returned by <see cref="ReadAsync"/>.</summary>
    ResourceVersion Position { get; }
}
