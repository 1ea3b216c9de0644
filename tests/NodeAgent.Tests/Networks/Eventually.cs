using System.Diagnostics;

namespace Crescent.NodeAgent.Tests.Networks;

/// <summary>Waits for a level: things outside this process give no events.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(25);

    /// <summary>Tries until it does not throw; then the last exception is the test's.</summary>
    public static async Task<T> SucceedsAsync<T>(Func<Task<T>> attempt)
    {
        var started = Stopwatch.GetTimestamp();
        using var timer = new PeriodicTimer(Period);
        while (true)
        {
            try
            {
                return await attempt();
            }
            catch (Exception) when (Stopwatch.GetElapsedTime(started) < Patience)
            {
                await timer.WaitForNextTickAsync();
            }
        }
    }

    /// <summary>Tries until the assertions hold.</summary>
    public static Task HoldsAsync(Func<Task> assertions) => SucceedsAsync(async () =>
    {
        await assertions();
        return true;
    });
}
