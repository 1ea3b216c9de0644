using Crescent.Watching;

namespace Crescent.Grains.Hosting;

/// <summary>
/// Says that this silo stops, before its grains are deactivated: that waits for the calls they have, and a long poll, or a reconciler that waits
/// for its cache, would hold a stop up for as long as it may wait. Followers of caches end here too: their sequencers are the next to go.
/// </summary>
internal sealed class StopSignal(ResourceCaches caches) : ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    private readonly CancellationTokenSource _source = new();

    public CancellationToken Token => _source.Token;

    public void Participate(ISiloLifecycle lifecycle) => lifecycle.Subscribe<StopSignal>(
        ServiceLifecycleStage.Active, static _ => Task.CompletedTask, _ => StopAsync());

    public void Dispose() => _source.Dispose();

    private async Task StopAsync()
    {
        await _source.CancelAsync();
        await caches.StopAsync();
    }
}
