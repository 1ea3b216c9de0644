namespace Crescent.Grains.Reconciling;

/// <summary>Calls of grains that have to arrive, though the grain's silo may be the next to stop or die.</summary>
internal static class RepeatedCall
{
    /// <summary>With the pause between: longer than a dead silo stays in the directory.</summary>
    private const int Attempts = 20;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Calls again when the grain's silo does not answer. Ends without having been heard after all attempts, or when this silo stops.</summary>
    /// <param name="failed">Told of each attempt that failed.</param>
    public static async Task MakeAsync(Func<Task> call, Action<Exception> failed, TimeProvider time, CancellationToken stopping)
    {
        for (var attempt = 1; attempt <= Attempts && !stopping.IsCancellationRequested; attempt++)
        {
            try
            {
                await call();
                return;
            }
            catch (Exception exception) when (exception is OrleansException or TimeoutException)
            {
                failed(exception);
            }

            await Task.Delay(Pause, time, stopping)
                .ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
