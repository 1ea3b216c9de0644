using Crescent.Grains.Resources.Storage;
using Crescent.Resources;
using Microsoft.Extensions.Logging;

namespace Crescent.Grains.Resources;

/// <summary>
/// Lets a silo answer reads of single objects from memory. A silo that was suspended or cut off may have been declared dead, and its
/// objects written elsewhere; so it answers only for <see cref="Length"/> after the membership table has shown it as a member. Whoever takes
/// its objects over waits as long (<see cref="TakeoverPause"/>).
/// <code>
///   this silo     ├─ asks ── is a member ──────┤ answers no more
///   the others          ├─ declare it dead ── wait ────┤ serve its objects
/// </code>
/// Asked for by reads only, and renewed in the background while they go on. When the table cannot be read the silo goes on from memory:
/// without the database nobody writes, unless this silo alone is cut off from it and from its peers at once.
/// </summary>
internal sealed partial class ReadLease
{
    public static readonly TimeSpan Length = TimeSpan.FromSeconds(1);

    /// <summary>How long a read waits for a database that does not answer.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private const int Attempts = 4;

    private readonly Lock _lock = new();
    private readonly IMembershipRecord _record;
    private readonly TimeProvider _time;
    private readonly ILogger<ReadLease> _logger;
    private readonly bool _isNeeded;
    private readonly long _length;
    private Task _renewal_NeedsLock = Task.CompletedTask;
    private long _until;
    private volatile bool _isBlind;
    private volatile bool _isOut;

    public ReadLease(IResourceStore store, IMembershipRecord record, TimeProvider time, ILogger<ReadLease> logger)
    {
        _record = record;
        _time = time;
        _logger = logger;
        _isNeeded = store.IsShared;
        _length = (long)(Length.TotalSeconds * time.TimestampFrequency);
        _until = time.GetTimestamp() - 1;
    }

    /// <summary>Returns when memory may be answered from, a refusal decided on it or a sequencer started; mostly at once.</summary>
    /// <exception cref="StorageUnavailableException">This silo is not a member any more.</exception>
    public ValueTask HoldAsync(CancellationToken cancellationToken)
    {
        if (!_isNeeded)
        {
            return ValueTask.CompletedTask;
        }

        var left = Volatile.Read(ref _until) - _time.GetTimestamp();
        if (left > _length / 2)
        {
            return ValueTask.CompletedTask;
        }

        if (left > 0 || _isBlind)
        {
            _ = Renewal();
            return ValueTask.CompletedTask;
        }

        return new(WaitAsync(cancellationToken));
    }

    private async Task WaitAsync(CancellationToken cancellationToken)
    {
        // The renewal under way may have begun long before the read. The one after it says enough, however long it takes.
        for (var attempt = 0; attempt < 2; attempt++)
        {
            try
            {
                await Renewal().WaitAsync(Patience, _time, cancellationToken);
            }
            catch (TimeoutException exception)
            {
                GoOnBlindly(exception);
            }

            if (_isOut)
            {
                throw new StorageUnavailableException("This server was taken for dead; others serve its objects.");
            }

            if (_isBlind || Volatile.Read(ref _until) > _time.GetTimestamp())
            {
                return;
            }
        }
    }

    /// <summary>The renewal under way, or a new one.</summary>
    private Task Renewal()
    {
        lock (_lock)
        {
            return _renewal_NeedsLock.IsCompleted ? _renewal_NeedsLock = RenewAsync() : _renewal_NeedsLock;
        }
    }

    /// <summary>Never faults.</summary>
    private async Task RenewAsync()
    {
        // Out of the turn of the grain that asked.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        for (var attempt = 1; ; attempt++)
        {
            var started = _time.GetTimestamp();
            try
            {
                Learn(await _record.IsMemberAsync(CancellationToken.None), started);
                return;
            }
            catch (Exception exception)
            {
                // One lost connection of the pool says nothing about the database.
                if (attempt == Attempts)
                {
                    GoOnBlindly(exception);
                    return;
                }
            }
        }
    }

    private void Learn(bool isMember, long asked)
    {
        if (!isMember && !_isOut)
        {
            LogOut();
        }

        _isOut |= !isMember;
        _isBlind = false;
        Volatile.Write(ref _until, _isOut ? asked - 1 : asked + _length);
    }

    private void GoOnBlindly(Exception exception)
    {
        if (!_isOut && !_isBlind)
        {
            LogBlind(exception);
            _isBlind = true;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The membership table cannot be read; objects are served from memory")]
    private partial void LogBlind(Exception exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "This silo was declared dead; it serves no objects any more")]
    private partial void LogOut();
}
