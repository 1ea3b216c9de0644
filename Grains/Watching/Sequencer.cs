using Crescent.Grains.Resources;
using Crescent.Identity;
using Crescent.Watching;

namespace Crescent.Grains.Watching;

/// <summary>
/// What a sequencer knows: the ledger of versions and the window of events. Its grain owns it and does all storage work; the writer and
/// the cache of the same silo use it directly, since a turn of the grain would cost them more than the step itself. Thread-safe: every
/// step is short and under one lock.
/// </summary>
internal sealed class Sequencer(ResourceType type, int maxEvents, long maxBytes, TimeProvider time) : ILocalSequencer
{
    private readonly Lock _lock = new();
    private readonly VersionLedger _ledger = new();
    private readonly EventWindow _window = new(maxEvents, maxBytes);
    private TaskCompletionSource _progress = NewSignal();
    private bool _isRetired;

    /// <summary>Somebody will look after reservations that stay open. Only then are versions handed out without asking the grain.</summary>
    private bool _isWatched;

    public bool IsRetired
    {
        get
        {
            lock (_lock)
            {
                return _isRetired;
            }
        }
    }

    public long Epoch
    {
        get
        {
            lock (_lock)
            {
                return _ledger.Epoch;
            }
        }
    }

    public ResourceVersion Frontier
    {
        get
        {
            lock (_lock)
            {
                return _ledger.Frontier;
            }
        }
    }

    public ResourceVersion LastReserved
    {
        get
        {
            lock (_lock)
            {
                return _ledger.LastReserved;
            }
        }
    }

    public int Open
    {
        get
        {
            lock (_lock)
            {
                return _ledger.Open;
            }
        }
    }

    public long Available
    {
        get
        {
            lock (_lock)
            {
                return _ledger.Available;
            }
        }
    }

    /// <summary>When the oldest open reservation was made; null when nothing is open.</summary>
    public long? OldestOpen
    {
        get
        {
            lock (_lock)
            {
                return _ledger.OldestOpen;
            }
        }
    }

    /// <summary>Starts with a fresh block. Readers miss nothing after <paramref name="windowStart"/>; <paramref name="recent"/> follows it.</summary>
    public void Begin(long epoch, ResourceVersion first, ResourceVersion last, ResourceVersion windowStart, IEnumerable<ResourceEvent> recent)
    {
        lock (_lock)
        {
            _window.Restart(windowStart);
            foreach (var change in recent)
            {
                _window.Add(change);
            }

            _ledger.Begin(epoch, first, last);
        }
    }

    public void Extend(ResourceVersion first, ResourceVersion last)
    {
        lock (_lock)
        {
            _ledger.Extend(first, last);
        }
    }

    /// <summary>The grain's own reservation: it watches. Null when the block is used up.</summary>
    /// <param name="count">Versions wanted.</param>
    /// <param name="wasWatched">False: the grain is to begin watching now.</param>
    public Reservation? ReserveWatched(int count, out bool wasWatched)
    {
        lock (_lock)
        {
            wasWatched = _isWatched;
            if (_ledger.Available < count)
            {
                return null;
            }

            _isWatched = true;
            return Reserve_NeedsLock(count);
        }
    }

    public Reservation? TryReserve(int count)
    {
        lock (_lock)
        {
            return _isWatched && !_isRetired && _ledger.Available >= count ? Reserve_NeedsLock(count) : null;
        }
    }

    /// <summary>Until <see cref="EndWatch"/> versions are handed out in the grain's turns only, so that none gets in between.</summary>
    public void BeginWatch()
    {
        lock (_lock)
        {
            _isWatched = false;
        }
    }

    /// <summary>True: something is open, look again.</summary>
    public bool EndWatch()
    {
        lock (_lock)
        {
            return _isWatched = !_isRetired && _ledger.Open > 0;
        }
    }

    public bool TryPublish(Publication publication, out Task passed)
    {
        passed = Task.CompletedTask;
        lock (_lock)
        {
            if (_isRetired || publication.IsFenced || publication.Epoch > _ledger.Epoch)
            {
                return false;
            }

            var newest = ResourceVersion.None;
            foreach (var change in publication.Events)
            {
                newest = change.Version > newest ? change.Version : newest;
                _ledger.Settle(change.Version, change);
            }

            foreach (var version in publication.Abandoned)
            {
                _ledger.Settle(version, null);
            }

            Advance_NeedsLock();
            CrashPoint.Reach(CrashPoint.SequencerPublished);
            if (_ledger.Frontier < newest)
            {
                passed = WaitForFrontierAsync(newest);
            }

            return true;
        }
    }

    /// <summary>Settles everything up to <paramref name="last"/> by what storage shows, and goes on under the raised epoch.</summary>
    public void SettleThrough(ResourceVersion last, IEnumerable<ResourceEvent> found)
    {
        lock (_lock)
        {
            var from = _ledger.Frontier;
            foreach (var change in found.Where(change => change.Version <= last))
            {
                _ledger.Settle(change.Version, change);
            }

            for (var version = from.Value + 1; version <= last.Value; version++)
            {
                _ledger.Settle(new(version), null);
            }

            Advance_NeedsLock();
        }
    }

    public void ChangeEpoch(long epoch)
    {
        lock (_lock)
        {
            _ledger.ChangeEpoch(epoch);
        }
    }

    public async Task<EventPage> ReadAsync(ResourceVersion after, TimeSpan wait, CancellationToken cancellationToken = default)
    {
        Task progress;
        lock (_lock)
        {
            if (after < _window.Start || after > _ledger.LastReserved)
            {
                return Expired(after);
            }

            ThrowIfRetired_NeedsLock();
            if (after < _ledger.Frontier || wait <= TimeSpan.Zero)
            {
                return Read_NeedsLock(after);
            }

            progress = _progress.Task;
        }

        try
        {
            await progress.WaitAsync(wait, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            // Nothing happened: the reader gets an empty page and asks again.
        }

        lock (_lock)
        {
            ThrowIfRetired_NeedsLock();
            return after < _window.Start ? Expired(after) : Read_NeedsLock(after);
        }
    }

    /// <summary>False when it had retired before.</summary>
    public bool Retire()
    {
        lock (_lock)
        {
            if (_isRetired)
            {
                return false;
            }

            _isRetired = true;
            Signal_NeedsLock();
            return true;
        }
    }

    public void ThrowIfRetired()
    {
        lock (_lock)
        {
            ThrowIfRetired_NeedsLock();
        }
    }

    private async Task WaitForFrontierAsync(ResourceVersion newest)
    {
        while (true)
        {
            Task progress;
            lock (_lock)
            {
                if (_ledger.Frontier >= newest)
                {
                    return;
                }

                ThrowIfRetired_NeedsLock();
                progress = _progress.Task;
            }

            await progress;
        }
    }

    private Reservation Reserve_NeedsLock(int count)
    {
        var reservation = _ledger.Reserve(count, time.GetTimestamp());
        CrashPoint.Reach(CrashPoint.SequencerReserved);
        return reservation;
    }

    private void Advance_NeedsLock()
    {
        if (_ledger.Advance(_window.Add))
        {
            Signal_NeedsLock();
        }
    }

    private EventPage Read_NeedsLock(ResourceVersion after) =>
        after >= _ledger.Frontier ? new() { Through = after } : _window.Read(after, _ledger.Frontier);

    private static EventPage Expired(ResourceVersion after) => new() { Through = after, IsExpired = true };

    private void ThrowIfRetired_NeedsLock()
    {
        if (_isRetired)
        {
            throw new SequencerRetiredException($"The sequencer of {type} has been replaced by a newer one.");
        }
    }

    private void Signal_NeedsLock()
    {
        var done = _progress;
        _progress = NewSignal();
        done.TrySetResult();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
