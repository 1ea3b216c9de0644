namespace Crescent.Grains.Hosting;

/// <summary>
/// Says that this silo stops, before its grains are deactivated: that waits for the calls they have, and a long poll would hold a stop up for
/// as long as it may wait.
/// </summary>
internal sealed class StopSignal(ISiloStatusOracle silos) : ILifecycleParticipant<ISiloLifecycle>, ISiloStatusListener, IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly CancellationTokenSource _last = new();

    /// <summary>This silo stops.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>This silo stops, and no other is there that could take over its grains: who calls one that has gone calls in vain.</summary>
    public CancellationToken LastToken => _last.Token;

    public void Participate(ISiloLifecycle lifecycle) => lifecycle.Subscribe<StopSignal>(
        ServiceLifecycleStage.Active,
        _ =>
        {
            silos.SubscribeToSiloStatusEvents(this);
            return Task.CompletedTask;
        },
        async _ =>
        {
            await _source.CancelAsync();
            CheckLast();
        });

    public void SiloStatusChangeNotification(SiloAddress updatedSilo, SiloStatus status) => CheckLast();

    public void Dispose()
    {
        silos.UnSubscribeFromSiloStatusEvents(this);
        _source.Dispose();
        _last.Dispose();
    }

    private void CheckLast()
    {
        if (_source.IsCancellationRequested && silos.GetApproximateSiloStatuses(onlyActive: true).Keys.All(silo => silo.Equals(silos.SiloAddress)))
        {
            _last.Cancel();
        }
    }
}
