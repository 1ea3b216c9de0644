namespace Crescent.Grains.Hosting;

/// <summary>
/// Says that this silo stops, before its grains are deactivated: that waits for the calls they have, and a long poll would hold a stop up for
/// as long as it may wait.
/// </summary>
internal sealed class StopSignal : ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    private readonly CancellationTokenSource _source = new();

    public CancellationToken Token => _source.Token;

    public void Participate(ISiloLifecycle lifecycle) => lifecycle.Subscribe<StopSignal>(
        ServiceLifecycleStage.Active, static _ => Task.CompletedTask, _ => _source.CancelAsync());

    public void Dispose() => _source.Dispose();
}
