namespace Crescent.EndToEnd.Tests.Clusters;

/// <summary>Waits for a state of the world that sends no event.</summary>
internal static class Level
{
    /// <summary>Looks again and again until <paramref name="look"/> answers true; fails with <paramref name="what"/> after the limit.</summary>
    public static async Task ReachedAsync(string what, Func<Task<bool>> look, TimeSpan? limit = null)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(limit ?? TimeSpan.FromSeconds(60));
        using var pulse = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        try
        {
            while (!await look())
            {
                await pulse.WaitForNextTickAsync(patience.Token);
            }
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"did not come about in time: {what}");
        }
    }
}
