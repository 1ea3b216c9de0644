using Crescent.Identity;
using Crescent.Watching;

namespace Crescent.Grains.Watching;

/// <summary>
/// Follows one cache: a whole state first, then batches of changes, and a whole state again whenever the stream breaks off. Runs on the
/// scheduler of its caller, so a grain's callbacks stay in the grain.
/// </summary>
internal static class CacheFollower
{
    /// <param name="caches">Caches of this process.</param>
    /// <param name="type">What to follow.</param>
    /// <param name="reset">Takes a whole state.</param>
    /// <param name="apply">Takes changes in version order; never an empty batch.</param>
    /// <param name="cancellationToken">Ends following; the task then completes without an exception.</param>
    public static async Task FollowAsync(
        IResourceCaches caches, ResourceType type, Func<IResourceView, Task> reset, Func<IReadOnlyList<ResourceChange>, Task> apply,
        CancellationToken cancellationToken)
    {
        try
        {
            var cache = caches.Get(type);
            await cache.WaitUntilLoadedAsync(cancellationToken);
            while (true)
            {
                var view = cache.Current;
                using var subscription = cache.Subscribe(view.Version, bufferSize: 200_000);
                if (subscription is null)
                {
                    // The cache moved past its window in between; its next state is there already.
                    await Task.Yield();
                    cancellationToken.ThrowIfCancellationRequested();
                    continue;
                }

                await reset(view);
                await ReadAsync(subscription, apply, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
        }
    }

    private static async Task ReadAsync(
        IResourceSubscription subscription, Func<IReadOnlyList<ResourceChange>, Task> apply, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                var changes = await subscription.ReadAsync(cancellationToken);
                if (changes.Count > 0)
                {
                    await apply(changes);
                }
            }
        }
        catch (SubscriptionLostException)
        {
            // Starting over from a whole state is the answer; the caller does.
        }
    }
}
