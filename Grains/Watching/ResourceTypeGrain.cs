using System.Collections.Immutable;
using Crescent.Definitions;
using Crescent.Grains.Hosting;
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
/// The sequencer's grain: it opens and raises epochs, gets blocks of versions, settles what stays open. Reserve and the housekeeping tick
/// run alone; Publish, Read and GetFrontier interleave, so waiting readers and writers hold nothing up. Two activations of it for a moment
/// do no harm: the older one's epoch is over, so nothing can be committed under its versions, and it retires as soon as the database tells
/// it so. It stays active while its silo runs: the silo's own writers and readers use <see cref="Sequencer"/> without calling it.
/// </summary>
[GrainType("resource-type"), PreferLocalPlacement, KeepAlive]
internal sealed partial class ResourceTypeGrain(
    IResourceStore store,
    SnapshotFactory snapshots,
    LocalSequencers neighbours,
    ReadLease lease,
    IOptions<ResourceCoreOptions> options,
    TimeProvider time,
    StopSignal stop,
    ResourceInstruments instruments,
    ILogger<ResourceTypeGrain> logger) : Grain, IResourceTypeGrain
{
    /// <summary>A reader waits no longer than this to hear from the database that this sequencer is the current one.</summary>
    private static readonly TimeSpan VerifyPatience = TimeSpan.FromSeconds(2);

    /// <summary>A call must be answered before whoever asked gives it up.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(20);

    private readonly ResourceCoreOptions _options = options.Value;
    private Sequencer _sequencer = null!;
    private SharedRun _verification = null!;
    /// <summary>
    /// The first version ever handed out. So what lists a type that nobody has written to is at version 1: clients take 0 for "any", and refuse to watch
    /// from there.
    /// </summary>
    private static readonly ResourceVersion Earliest = new(2);

    private ResourceType _type;
    private IGrainTimer? _tick;
    private long _lastPrune;

    /// <summary>When the database was asked for something it has not answered since; null while it answers.</summary>
    private long? _askedAt;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _type = ResourceType.Parse(this.GetPrimaryKeyString());
        _sequencer = new(_type, _options.WindowMaxEvents, _options.WindowMaxBytes, time);
        _verification = new(VerifyEpochAsync);

        // A silo that does not know yet that it was declared dead would go on taking the epoch from the sequencer that replaced its own.
        await lease.HoldAsync(cancellationToken);
        var block = (await store.RaiseEpochAsync(_type, _options.VersionBlock, expected: null, cancellationToken))!.Value;
        CrashPoint.Reach(CrashPoint.SequencerStart);
        var recent = await store.ReadNewestChangesAsync(_type, ResourceVersion.None, _options.RecoveredEvents, cancellationToken);

        if (recent.Count > 0 && recent[^1].Object.Version >= block.First)
        {
            throw new SequencerRetiredException($"A newer sequencer of {_type} has committed already.");
        }

        // Everything older than this block is decided. Caches go on from the rows' newest changes where those reach back far enough.
        var oldest = recent.Count < _options.RecoveredEvents ? ResourceVersion.None : new(recent[0].Object.Version.Value - 1);
        var start = oldest > block.PrunedThrough ? oldest : block.PrunedThrough;
        _sequencer.Begin(block.Epoch, block.First > Earliest ? block.First : Earliest, block.Last, start, recent.Where(change => change.Object.Version > start).Select(ToEvent));
        _lastPrune = time.GetTimestamp();
        _tick = this.RegisterGrainTimer(TickAsync, new GrainTimerCreationOptions(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan));
        neighbours.Add(_type, _sequencer);
        instruments.SequencerStarted(_type);
        LogStarted(_type, block.Epoch, block.First);
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        neighbours.Remove(_type, _sequencer);
        _sequencer.Retire();
        return Task.CompletedTask;
    }

    public async Task<Reservation> ReserveAsync(int count, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, 4096);
        while (true)
        {
            _sequencer.ThrowIfRetired();
            if (_sequencer.ReserveWatched(count, out var wasWatched) is { } reservation)
            {
                if (!wasWatched)
                {
                    _tick!.Change(_options.SettleAfter, Timeout.InfiniteTimeSpan);
                }

                return reservation;
            }

            await ExtendAsync(cancellationToken);
        }
    }

    public async Task PublishAsync(Publication publication, CancellationToken cancellationToken = default)
    {
        _sequencer.ThrowIfRetired();
        if (publication.Epoch > _sequencer.Epoch)
        {
            Retire();
            _sequencer.ThrowIfRetired();
        }

        if (publication.IsFenced)
        {
            // Either this activation has raised the epoch since, or another one has.
            if (publication.Epoch == _sequencer.Epoch)
            {
                await VerifyEpochAsync();
            }

            return;
        }

        if (publication.Events.Length > 0
            && (!store.IsAnswering || (_askedAt is { } asked && time.GetElapsedTime(asked) > _options.SettleAfter * 2)))
        {
            // Another silo commits and this one cannot settle: it is cut off, and where it stands it holds everybody up.
            LogCutOff(_type);
            Retire();
        }

        if (_sequencer.TryPublish(publication, out var passed))
        {
            await passed.WaitAsync(cancellationToken);
            return;
        }

        _sequencer.ThrowIfRetired();
    }

    public async Task<EventPage> ReadAsync(ResourceVersion after, TimeSpan wait, CancellationToken cancellationToken = default)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, stop.Token);
        try
        {
            return await _sequencer.ReadAsync(after, wait < LongestWait ? wait : LongestWait, ending.Token);
        }
        catch (OperationCanceledException) when (stop.Token.IsCancellationRequested)
        {
            throw new SequencerRetiredException($"The silo of {_type}'s sequencer is stopping.");
        }
    }

    public async Task<ResourceVersion> GetFrontierAsync(CancellationToken cancellationToken = default)
    {
        _sequencer.ThrowIfRetired();
        if (store.IsShared)
        {
            try
            {
                await _verification.RunAsync().WaitAsync(VerifyPatience, time, cancellationToken);
            }
            catch (Exception exception) when (exception is StorageUnavailableException or TimeoutException)
            {
                // Without the database nobody writes either; reads go on from memory.
                LogNotVerified(exception, _type);
            }

            _sequencer.ThrowIfRetired();
        }

        return _sequencer.Frontier;
    }

    /// <summary>A silo that was cut off or stopped for a while may host a sequencer that has long been replaced.</summary>
    private async Task VerifyEpochAsync()
    {
        var before = _sequencer.Epoch;
        var current = await store.ReadEpochAsync(_type, CancellationToken.None);
        if (current != before && current != _sequencer.Epoch)
        {
            Retire();
        }
    }

    private async Task TickAsync(CancellationToken cancellationToken)
    {
        _sequencer.BeginWatch();
        _askedAt ??= time.GetTimestamp();
        try
        {
            if (_sequencer.OldestOpen is { } oldest && time.GetElapsedTime(oldest) >= _options.SettleAfter)
            {
                await SettleAsync(cancellationToken);
            }

            if (_sequencer.Available < _options.VersionBlock / 2)
            {
                await ExtendAsync(cancellationToken);
            }

            if (time.GetElapsedTime(_lastPrune) > _options.DeletionRetention / 10)
            {
                _lastPrune = time.GetTimestamp();
                await store.PruneDeletionsAsync(_type, _options.DeletionRetention, cancellationToken);
            }

            _askedAt = null;
        }
        catch (StorageUnavailableException exception)
        {
            LogTickFailed(exception, _type);
        }
        finally
        {
            // Ticks only while there is something to watch: an idle type costs nothing.
            instruments.FrontierLag(_type, _sequencer.Open);
            if (_sequencer.EndWatch())
            {
                _tick!.Change(_options.SettleAfter / 4, Timeout.InfiniteTimeSpan);
            }
            else
            {
                _askedAt = null;
            }
        }
    }

    /// <summary>
    /// A writer did not report back. After the raise nothing of the old epoch can be committed any more, so the rows tell which of the
    /// open versions were committed.
    /// </summary>
    private async Task SettleAsync(CancellationToken cancellationToken)
    {
        var from = _sequencer.Frontier;
        var last = _sequencer.LastReserved;
        if (await store.RaiseEpochAsync(_type, blockSize: 0, _sequencer.Epoch, cancellationToken) is not { } raised)
        {
            Retire();
            return;
        }

        CrashPoint.Reach(CrashPoint.Settle);
        _sequencer.ChangeEpoch(raised.Epoch);
        var found = await store.ReadNewestChangesAsync(_type, from, int.MaxValue, cancellationToken);
        _sequencer.SettleThrough(last, found.Select(ToEvent));
        instruments.Settled(_type);
        LogSettled(_type, from, last, raised.Epoch);
    }

    private async Task ExtendAsync(CancellationToken cancellationToken)
    {
        if (await store.ExtendAsync(_type, _sequencer.Epoch, _options.VersionBlock, cancellationToken) is { } block)
        {
            _sequencer.Extend(block.First, block.Last);
            return;
        }

        Retire();
        _sequencer.ThrowIfRetired();
    }

    private ResourceEvent ToEvent(StoredChange change) => new()
    {
        Kind = change.IsDeletion ? ResourceEventKind.Deleted : ResourceEventKind.Modified,
        Snapshot = snapshots.FromRow(change.Object),
    };

    private void Retire()
    {
        if (_sequencer.Retire())
        {
            neighbours.Remove(_type, _sequencer);
            LogRetired(_type, _sequencer.Epoch);
            DeactivateOnIdle();
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Sequencer of {Type} started epoch {Epoch} at version {First}")]
    private partial void LogStarted(ResourceType type, long epoch, ResourceVersion first);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Settled versions of {Type} after {From} through {Last} from storage, now epoch {Epoch}")]
    private partial void LogSettled(ResourceType type, ResourceVersion from, ResourceVersion last, long epoch);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Sequencer of {Type} with epoch {Epoch} was replaced and retires")]
    private partial void LogRetired(ResourceType type, long epoch);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The sequencer of {Type} is cut off from storage while others are not; it retires")]
    private partial void LogCutOff(ResourceType type);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The epoch of {Type} could not be verified")]
    private partial void LogNotVerified(Exception exception, ResourceType type);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Housekeeping of {Type} failed and is tried again")]
    private partial void LogTickFailed(Exception exception, ResourceType type);
}
