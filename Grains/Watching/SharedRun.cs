namespace Crescent.Grains.Watching;

/// <summary>
/// Runs an action at most once at a time; a caller gets the first run that begins after its call, so many callers share few runs.
/// For one thread (or one grain).
/// </summary>
internal sealed class SharedRun(Func<Task> action)
{
    private Task? _running;
    private Task? _next;

    public Task RunAsync()
    {
        if (_running is null or { IsCompleted: true })
        {
            return _running = action();
        }

        if (_next is null or { IsCompleted: true })
        {
            _next = AfterAsync(_running);
        }

        return _next;
    }

    private async Task AfterAsync(Task before)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        _next = null;
        await (_running = action());
    }
}
