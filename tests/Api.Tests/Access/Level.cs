using Xunit;

namespace Crescent.Api.Tests.Access;

/// <summary>Waits until the authorizer's caches show what was written.</summary>
internal static class Level
{
    public static async Task ReachedAsync(Func<Task<bool>> look)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(30));
        using var pulse = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!await look())
        {
            await pulse.WaitForNextTickAsync(patience.Token);
        }
    }
}
