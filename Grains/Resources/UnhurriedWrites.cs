using Crescent.Identity;
using Crescent.Watching;

namespace Crescent.Grains.Resources;

/// <summary>
/// Writes that may wait a moment for company, so that several share a transaction, a publication and the waking of all who follow: renewals
/// of the Leases by which nodes show that they are alive, which come every ten seconds from each and are judged after forty.
/// </summary>
/// <param name="patience">How long the first may wait for others.</param>
/// <param name="release">Takes the writes that leave together, in the order they came; called on a timer's thread, or that of the last to come.</param>
/// <param name="time">Clock of the patience.</param>
internal sealed class UnhurriedWrites(TimeSpan patience, Action<List<PendingWrite>> release, TimeProvider time) : IDisposable
{
    /// <summary>As many as go without waiting for more.</summary>
    public const int Most = 64;

    private const string LeaseNamespace = "kube-node-lease";

    private readonly Lock _lock = new();
    private List<PendingWrite> _waiting = [];
    private ITimer? _timer;
    private bool _isClosed;

    /// <summary>Changes of such a Lease; whoever makes or deletes one waits for it.</summary>
    public static bool MayWait(PendingWrite write) =>
        write.Kind == ResourceEventKind.Modified && write.Key.Namespace == LeaseNamespace && write.Key.Type == KnownTypes.Leases;

    public void Add(PendingWrite write)
    {
        List<PendingWrite>? full = null;
        lock (_lock)
        {
            _waiting.Add(write);
            if (_isClosed || _waiting.Count == Most)
            {
                full = Take_NeedsLock();
            }
            else if (_waiting.Count == 1)
            {
                // One timer for all times: it is only set again.
                _timer ??= time.CreateTimer(static state => ((UnhurriedWrites)state!).Release(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                _timer.Change(patience, Timeout.InfiniteTimeSpan);
            }
        }

        if (full is not null)
        {
            release(full);
        }
    }

    /// <summary>Lets go who waits; from then on nobody does.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _isClosed = true;
            _timer?.Dispose();
        }

        Release();
    }

    private void Release()
    {
        List<PendingWrite> ready;
        lock (_lock)
        {
            ready = Take_NeedsLock();
        }

        if (ready.Count > 0)
        {
            release(ready);
        }
    }

    private List<PendingWrite> Take_NeedsLock()
    {
        var taken = _waiting;
        _waiting = [];
        return taken;
    }
}
