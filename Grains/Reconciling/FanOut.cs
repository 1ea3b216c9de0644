namespace Crescent.Grains.Reconciling;

/// <summary>Bounded concurrency for grain calls; stays on the caller's scheduler.</summary>
internal static class FanOut
{
    /// <summary>Runs <paramref name="action"/> for each item, at most <paramref name="limit"/> at a time; results in order of the items.</summary>
    public static async Task<TResult[]> RunAsync<TItem, TResult>(
        IReadOnlyList<TItem> items, int limit, Func<TItem, Task<TResult>> action)
    {
        var results = new TResult[items.Count];
        var next = 0;
        await Task.WhenAll(Enumerable.Range(0, Math.Min(limit, items.Count)).Select(_ => WorkAsync()).ToArray());
        return results;

        async Task WorkAsync()
        {
            for (var index = Interlocked.Increment(ref next) - 1; index < items.Count; index = Interlocked.Increment(ref next) - 1)
            {
                results[index] = await action(items[index]);
            }
        }
    }
}
