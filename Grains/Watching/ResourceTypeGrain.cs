using System.Collections.Immutable;
using Crescent.Definitions;
using Crescent.Grains.Resources;
using Crescent.Grains.Resources.Storage;
using Crescent.Identity;
using Crescent.Resources;
using Crescent.Watching;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Placement;

namespace Crescent.Grains.Watching;

/// <summary>
/// The sequencer. Reserve and the housekeeping tick run alone; Publish, Read and GetFrontier interleave, so waiting readers and writers
/// hold nothing up. Two activations of it for a moment do no harm: the older one's epoch is over, so nothing can be committed under its
/// versions, and it retires as soon as the database tells it so.
/// </summary>
[GrainType("resource-type"), PreferLocalPlacement]
internal sealed partial class ResourceTypeGrain(
    IResourceStore store,
    SnapshotFactory snapshots,
    IOptions<ResourceCoreOptions> options,
    TimeProvider time,
    ResourceInstruments instruments,
    ILogger<ResourceTypeGrain> logger) : Grain, IResourceTypeGrain
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(20);

    private readonly ResourceCoreOptions _options = options.Value;
    private readonly VersionLedger _ledger = new();
    private readonly EventWindow _window = new(options.Value.WindowMaxEvents, options.Value.WindowMaxBytes);
    private SharedRun _verification = null!;
    private TaskCompletionSource _progress = NewSignal();
    private ResourceType _type;
    private IGrainTimer? _tick;
    private bool _isTicking;
    private bool _isRetired;
    private long _lastPrune;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _type = ResourceType.Parse(this.GetPrimaryKeyString());
        _verification = new(VerifyEpochAsync);
        var block = (await store.RaiseEpochAsync(_type, _options.VersionBlock, expected: null, cancellationToken))!.Value;
        var recent = await store.ReadNewestChangesAsync(_type, ResourceVersion.None, _options.RecoveredEvents, cancellationToken);

        // Everything older than this block is decided. Caches go on from the rows' newest changes where those reach back far enough.
        var start = recent.Count < _options.RecoveredEvents ? ResourceVersion.None : new(recent[0].Object.Version.Value - 1);
        _window.Restart(start > block.PrunedThrough ? start : block.PrunedThrough);
        foreach (var change in recent.Where(change => change.Object.Version > _window.Start))
        {
            _window.Add(ToEvent(change));
        }

        _ledger.Begin(block.Epoch, block.First, block.Last);
        _lastPrune = time.GetTimestamp();
        _tick = this.RegisterGrainTimer(TickAsync, new GrainTimerCreationOptions(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan));
        instruments.SequencerStarted(_type);
        LogStarted(_type, block.Epoch, block.First);
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _isRetired = true;
        Signal();
        return Task.CompletedTask;
    }

    public async Task<Reservation> ReserveAsync(int count, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, 4096);
        ThrowIfRetired();
        if (_ledger.Available < count)
        {
            await ExtendAsync(cancellationToken);
        }

        if (!_isTicking)
        {
            _isTicking = true;
            _tick!.Change(_options.SettleAfter, Timeout.InfiniteTimeSpan);
        }

        return _ledger.Reserve(count, time.GetTimestamp());
    }

    public async Task PublishAsync(Publication publication, CancellationToken cancellationToken = default)
    {
        ThrowIfRetired();
        if (publication.Epoch > _ledger.Epoch)
        {
            Retire();
            ThrowIfRetired();
        }

        if (publication.IsFenced)
        {
            // Either this activation has raised the epoch since, or another one has.
            if (publication.Epoch == _ledger.Epoch)
            {
                await VerifyEpochAsync();
            }

            return;
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

        Advance();
        while (_ledger.Frontier < newest)
        {
            await _progress.Task.WaitAsync(cancellationToken);
            ThrowIfRetired();
        }
    }

    public async Task<EventPage> ReadAsync(ResourceVersion after, TimeSpan wait, CancellationToken cancellationToken = default)
    {
        if (after < _window.Start || after > _ledger.LastReserved)
        {
            return new() { Through = after, IsExpired = true };
        }

        ThrowIfRetired();
        if (after >= _ledger.Frontier && wait > TimeSpan.Zero)
        {
            await WaitForProgressAsync(wait < LongestWait ? wait : LongestWait, cancellationToken);
            ThrowIfRetired();
            if (after < _window.Start)
            {
                return new() { Through = after, IsExpired = true };
            }
        }

        return after >= _ledger.Frontier ? new() { Through = after } : _window.Read(after, _ledger.Frontier);
    }

    public async Task<ResourceVersion> GetFrontierAsync(CancellationToken cancellationToken = default)
    {
        ThrowIfRetired();
        if (store.IsShared)
        {
            try
            {
                await _verification.RunAsync().WaitAsync(cancellationToken);
            }
            catch (StorageUnavailableException exception)
            {
                // Without the database nobody writes either; reads go on from memory.
                LogNotVerified(exception, _type);
            }

            ThrowIfRetired();
        }

        return _ledger.Frontier;
    }

    /// <summary>A silo that was cut off or stopped for a while may host a sequencer that has long been replaced.</summary>
    private async Task VerifyEpochAsync()
    {
        var before = _ledger.Epoch;
        var current = await store.ReadEpochAsync(_type, CancellationToken.None);
        if (current != before && current != _ledger.Epoch)
        {
            Retire();
        }
    }

    private async Task WaitForProgressAsync(TimeSpan wait, CancellationToken cancellationToken)
    {
        try
        {
            await _progress.Task.WaitAsync(wait, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            // Nothing happened: the reader gets an empty page and asks again.
        }
    }

    private async Task TickAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (_ledger.OldestOpen is { } oldest && time.GetElapsedTime(oldest) >= _options.SettleAfter)
            {
                await SettleAsync(cancellationToken);
            }

            if (_ledger.Available < _options.VersionBlock / 2)
            {
                await ExtendAsync(cancellationToken);
            }

            if (time.GetElapsedTime(_lastPrune) > _options.DeletionRetention / 10)
            {
                _lastPrune = time.GetTimestamp();
                await store.PruneDeletionsAsync(_type, _options.DeletionRetention, cancellationToken);
            }
        }
        catch (StorageUnavailableException exception)
        {
            LogTickFailed(exception, _type);
        }
        finally
        {
            // Ticks only while there is something to watch: an idle type costs nothing.
            _isTicking = !_isRetired && _ledger.Open > 0;
            if (_isTicking)
            {
                _tick!.Change(_options.SettleAfter / 4, Timeout.InfiniteTimeSpan);
            }
        }
    }

    /// <summary>
    /// A writer did not report back. After the raise nothing of the old epoch can be committed any more, so the rows tell which of the
    /// open versions were committed.
    /// </summary>
    private async Task SettleAsync(CancellationToken cancellationToken)
    {
        var from = _ledger.Frontier;
        var last = _ledger.LastReserved;
        if (await store.RaiseEpochAsync(_type, blockSize: 0, _ledger.Epoch, cancellationToken) is not { } raised)
        {
            Retire();
            return;
        }

        _ledger.ChangeEpoch(raised.Epoch);
        var found = await store.ReadNewestChangesAsync(_type, from, int.MaxValue, cancellationToken);
        foreach (var change in found.Where(change => change.Object.Version <= last))
        {
            _ledger.Settle(change.Object.Version, ToEvent(change));
        }

        for (var version = from.Value + 1; version <= last.Value; version++)
        {
            _ledger.Settle(new(version), null);
        }

        instruments.Settled(_type);
        LogSettled(_type, from, last, raised.Epoch);
        Advance();
    }

    private async Task ExtendAsync(CancellationToken cancellationToken)
    {
        if (await store.ExtendAsync(_type, _ledger.Epoch, _options.VersionBlock, cancellationToken) is { } block)
        {
            _ledger.Extend(block.First, block.Last);
            return;
        }

        Retire();
        ThrowIfRetired();
    }

    private void Advance()
    {
        if (_ledger.Advance(_window.Add))
        {
            Signal();
        }

        instruments.FrontierLag(_type, _ledger.Open);
    }

    private ResourceEvent ToEvent(StoredChange change) => new()
    {
        Kind = change.IsDeletion ? ResourceEventKind.Deleted : ResourceEventKind.Modified,
        Snapshot = snapshots.FromRow(change.Object),
    };

    private void Retire()
    {
        if (!_isRetired)
        {
            _isRetired = true;
            LogRetired(_type, _ledger.Epoch);
            Signal();
            DeactivateOnIdle();
        }
    }

    private void ThrowIfRetired()
    {
        if (_isRetired)
        {
            throw new SequencerRetiredException($"The sequencer of {_type} has been replaced by a newer one.");
        }
    }

    private void Signal()
    {
        var done = _progress;
        _progress = NewSignal();
        done.TrySetResult();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    [LoggerMessage(Level = LogLevel.Information, Message = "Sequencer of {Type} started epoch {Epoch} at version {First}")]
    private partial void LogStarted(ResourceType type, long epoch, ResourceVersion first);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Settled versions of {Type} after {From} through {Last} from storage, now epoch {Epoch}")]
    private partial void LogSettled(ResourceType type, ResourceVersion from, ResourceVersion last, long epoch);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Sequencer of {Type} with epoch {Epoch} was replaced and retires")]
    private partial void LogRetired(ResourceType type, long epoch);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The epoch of {Type} could not be verified")]
    private partial void LogNotVerified(Exception exception, ResourceType type);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Housekeeping of {Type} failed and is tried again")]
    private partial void LogTickFailed(Exception exception, ResourceType type);
}
