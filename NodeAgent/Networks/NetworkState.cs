namespace Crescent.NodeAgent.Networks;

/// <summary>Holds the newest snapshot and wakes those who wait for another.</summary>
internal sealed class NetworkState : INetworkState
{
    private readonly Lock _lock = new();
    private volatile NetworkSnapshot _current = NetworkSnapshot.Empty;
    private TaskCompletionSource _changed = NewSignal();

    public NetworkSnapshot Current => _current;

    public void Set(NetworkSnapshot next)
    {
        TaskCompletionSource signal;
        lock (_lock)
        {
            if (ReferenceEquals(_current, next))
            {
                return;
            }

            _current = next;
            signal = _changed;
            _changed = NewSignal();
        }

        signal.SetResult();
    }

    public async Task<NetworkSnapshot> WaitForChangeAsync(NetworkSnapshot seen, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                if (!ReferenceEquals(_current, seen))
                {
                    return _current;
                }

                changed = _changed.Task;
            }

            await changed.WaitAsync(cancellationToken);
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
