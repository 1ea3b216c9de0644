using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Threading.Channels;
using Crescent.Grains.Hosting;
using Crescent.Grains.Resources.Storage;
using Crescent.Grains.Watching;
using Crescent.Identity;
using Crescent.Resources;
using Crescent.Watching;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Crescent.Grains.Resources;

/// <summary>
/// Group commit of one silo: whatever waits goes out together as one Reserve per type, one transaction and one Publish per type. A write
/// that finds nothing under way leaves at once; under load the batches form by themselves. Only who is in no hurry waits for company
/// (<see cref="UnhurriedWrites"/>).
/// <code>
///   queue → reserve → commit → publish → observers → acknowledge
///             └──── at most MaxFlushes ┘    └ does not hold up the next batch
/// </code>
/// </summary>
internal sealed partial class ResourceWriter : IAsyncDisposable
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan MaxRetryDelay = TimeSpan.FromMilliseconds(500);

    private readonly Channel<PendingWrite> _queue = Channel.CreateUnbounded<PendingWrite>(new() { SingleReader = true });
    private readonly CancellationTokenSource _stopping;
    private readonly ConcurrentDictionary<ResourceType, IResourceTypeGrain> _sequencers = new();
    private readonly IResourceStore _store;
    private readonly IGrainFactory _grains;
    private readonly LocalSequencers _neighbours;
    private readonly KnownFrontiers _frontiers;
    private readonly ImmutableArray<ICommitObserver> _observers;
    private readonly ResourceCoreOptions _options;
    private readonly TimeProvider _time;
    private readonly ResourceInstruments _instruments;
    private readonly ILogger<ResourceWriter> _logger;
    private readonly SemaphoreSlim _slots;
    private readonly UnhurriedWrites _unhurried;
    private readonly Task _pump;

    public ResourceWriter(
        IResourceStore store,
        IGrainFactory grains,
        LocalSequencers neighbours,
        KnownFrontiers frontiers,
        IEnumerable<ICommitObserver> observers,
        IOptions<ResourceCoreOptions> options,
        TimeProvider time,
        StopSignal stop,
        ResourceInstruments instruments,
        ILogger<ResourceWriter> logger)
    {
        _store = store;
        _grains = grains;
        _neighbours = neighbours;
        _frontiers = frontiers;
        _observers = [.. observers];
        _options = options.Value;
        _time = time;
        _stopping = CancellationTokenSource.CreateLinkedTokenSource(stop.LastToken);
        _instruments = instruments;
        _logger = logger;
        _slots = new(_options.MaxFlushes);
        _unhurried = new(_options.LeasePatience, EnqueueTogether, time);

        // Started from whatever resolves the writer first: neither a grain's scheduler nor its context may leak into the pump.
        using (ExecutionContext.IsFlowSuppressed() ? default(IDisposable) : ExecutionContext.SuppressFlow())
        {
            _pump = Task.Run(PumpAsync);
        }
    }

    /// <summary>Commits one change; completes when it is durable and published, or refused.</summary>
    public Task<WriteResult> WriteAsync(ResourceKey key, ResourceSnapshot? previous, PreparedBody body, bool isDeletion)
    {
        var write = new PendingWrite(key, previous, body, isDeletion, _time.GetTimestamp());
        if (_options.LeasePatience > TimeSpan.Zero && UnhurriedWrites.MayWait(write))
        {
            _unhurried.Add(write);
        }
        else
        {
            Enqueue(write);
        }

        return write.Completion;
    }

    public async ValueTask DisposeAsync()
    {
        _unhurried.Dispose();
        _queue.Writer.TryComplete();
        await _stopping.CancelAsync();
        await _pump;
    }

    private void EnqueueTogether(List<PendingWrite> writes)
    {
        for (var index = 1; index < writes.Count; index++)
        {
            writes[index - 1].Companion = writes[index];
        }

        Enqueue(writes[0]);
    }

    private void Enqueue(PendingWrite write)
    {
        if (!_queue.Writer.TryWrite(write))
        {
            for (var refused = write; refused is not null; refused = refused.Companion)
            {
                Fail(refused, "the server is shutting down", isUntouched: true);
            }
        }
    }

    /// <summary>Adds a write and who came with it; whoever is queued again goes alone.</summary>
    private static void AddTo(List<PendingWrite> batch, PendingWrite? write)
    {
        while (write is not null)
        {
            batch.Add(write);
            var next = write.Companion;
            write.Companion = null;
            write = next;
        }
    }

    private async Task PumpAsync()
    {
        while (await _queue.Reader.WaitToReadAsync())
        {
            await _slots.WaitAsync();
            var batch = new List<PendingWrite>();
            while (batch.Count < _options.MaxBatch && _queue.Reader.TryRead(out var write))
            {
                AddTo(batch, write);
            }

            if (batch.Count == 0)
            {
                _slots.Release();
                continue;
            }

            _ = FlushAsync(batch);
        }
    }

    /// <summary>Never faults: every write of the batch is completed or queued again.</summary>
    private async Task FlushAsync(List<PendingWrite> batch)
    {
        if (!_store.IsAnswering)
        {
            // Versions reserved for what cannot be committed would hold everybody up.
            _slots.Release();
            batch.ForEach(write => Fail(write, "storage does not answer", isUntouched: true));
            return;
        }

        CrashPoint.Reach(CrashPoint.Reserve);
        var flushes = await ReserveAsync(batch);
        try
        {
            CrashPoint.Reach(CrashPoint.Commit);
            await CommitAsync(flushes);
            CrashPoint.Reach(CrashPoint.Committed);
        }
        catch (Exception exception)
        {
            // Not knowing what became of the transaction, nothing is published: the sequencer finds out from the rows.
            LogCommitFailed(exception, batch.Count);
            var isUntouched = exception is StorageUnavailableException { IsUntouched: true };
            var problem = isUntouched ? "storage refuses to work" : "storage did not confirm the write";
            flushes.ForEach(flush => flush.Writes.ForEach(write => Fail(write, problem, isUntouched)));
            return;
        }
        finally
        {
            _slots.Release();
        }

        await (flushes.Count == 1 ? PublishAsync(flushes[0]) : Task.WhenAll(flushes.Select(PublishAsync)));
    }

    private async Task<List<TypeFlush>> ReserveAsync(List<PendingWrite> batch)
    {
        _instruments.Flushed(batch.Count);
        var flushes = new List<TypeFlush>(1);
        foreach (var write in batch)
        {
            var flush = flushes.Find(candidate => candidate.Type == write.Key.Type);
            if (flush is null)
            {
                flushes.Add(flush = new(write.Key.Type, _sequencers.GetOrAdd(
                    write.Key.Type, static (type, grains) => grains.GetGrain<IResourceTypeGrain>(type.ToString()), _grains)));
            }

            flush.Writes.Add(write);
        }

        await (flushes.Count == 1 ? ReserveAsync(flushes[0]) : Task.WhenAll(flushes.Select(ReserveAsync)));
        flushes.RemoveAll(flush => flush.Reservation is null);
        return flushes;
    }

    private async Task ReserveAsync(TypeFlush flush)
    {
        try
        {
            flush.Reservation = _neighbours.Find(flush.Type)?.TryReserve(flush.Writes.Count)
                ?? await flush.Sequencer.ReserveAsync(flush.Writes.Count, CancellationToken.None).WaitAsync(_stopping.Token);
        }
        catch (StorageUnavailableException exception)
        {
            LogSequencerFailed(exception, flush.Type);
            flush.Writes.ForEach(write => Fail(write, "storage is unavailable", isUntouched: true));
        }
        catch (Exception exception)
        {
            // Nothing is committed yet, so another try is safe; the sequencer may be moving to another silo.
            LogSequencerFailed(exception, flush.Type);
            await RetryAsync(flush.Writes, RetryDelay);
        }
    }

    private async Task CommitAsync(List<TypeFlush> flushes)
    {
        if (flushes.Count == 0)
        {
            return;
        }

        var rows = new List<RowWrite>(flushes.Sum(flush => flush.Writes.Count));
        foreach (var flush in flushes)
        {
            var version = flush.Reservation!.First.Value;
            foreach (var write in flush.Writes)
            {
                rows.Add(write.Reserve(flush.Reservation.Epoch, new(version++)));
            }
        }

        var outcomes = await _store.CommitAsync(rows, CancellationToken.None);
        var index = 0;
        foreach (var flush in flushes)
        {
            flush.Outcomes = outcomes.AsMemory(index, flush.Writes.Count);
            index += flush.Writes.Count;
        }
    }

    /// <summary>Publishes what was committed, then acknowledges it; conflicts go back to their grains, fenced writes into the queue.</summary>
    private async Task PublishAsync(TypeFlush flush)
    {
        var committed = new List<PendingWrite>(flush.Writes.Count);
        var fenced = new List<PendingWrite>();
        var events = ImmutableArray.CreateBuilder<ResourceEvent>(flush.Writes.Count);
        var abandoned = ImmutableArray.CreateBuilder<ResourceVersion>();
        for (var index = 0; index < flush.Writes.Count; index++)
        {
            var write = flush.Writes[index];
            switch (flush.Outcomes.Span[index])
            {
                case WriteOutcome.Committed:
                    committed.Add(write);
                    events.Add(write.ToEvent());
                    break;
                case WriteOutcome.Conflict:
                    abandoned.Add(write.Snapshot!.Version);
                    _instruments.Conflicted(flush.Type);
                    write.Complete(new(WriteStatus.Conflict));
                    break;
                default:
                    fenced.Add(write);
                    _instruments.Fenced(flush.Type);
                    break;
            }
        }

        if (fenced.Count > 0)
        {
            // The versions have been settled by whoever ended the epoch; the sequencer asked may itself not know of it yet.
            await TryPublishAsync(flush, new() { Epoch = flush.Reservation!.Epoch, IsFenced = true });
            await RetryAsync(fenced, TimeSpan.Zero);
            return;
        }

        var publication = new Publication
        {
            Epoch = flush.Reservation!.Epoch, Events = events.DrainToImmutable(), Abandoned = abandoned.DrainToImmutable(),
        };
        var isPublished = await TryPublishAsync(flush, publication);
        CrashPoint.Reach(CrashPoint.Published);
        foreach (var write in committed)
        {
            if (isPublished)
            {
                Acknowledge(write);
            }
            else
            {
                Fail(write, "the write is stored but could not be published in time", isUntouched: false);
            }
        }
    }

    private async Task<bool> TryPublishAsync(TypeFlush flush, Publication publication)
    {
        var started = _time.GetTimestamp();
        var delay = RetryDelay;
        while (true)
        {
            try
            {
                await (_neighbours.Find(flush.Type) is { } local && local.TryPublish(publication, out var passed)
                    ? passed
                    : flush.Sequencer.PublishAsync(publication, CancellationToken.None).WaitAsync(_stopping.Token));
                return true;
            }
            catch (Exception exception)
            {
                LogPublishFailed(exception, flush.Type);
                if (_time.GetElapsedTime(started) > _options.WriteTimeout || _stopping.IsCancellationRequested)
                {
                    return false;
                }
            }

            await Task.Delay(delay, _time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            delay = delay * 2 < MaxRetryDelay ? delay * 2 : MaxRetryDelay;
        }
    }

    private async Task RetryAsync(List<PendingWrite> writes, TimeSpan delay)
    {
        if (delay > TimeSpan.Zero)
        {
            await Task.Delay(delay, _time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        foreach (var write in writes)
        {
            if (_time.GetElapsedTime(write.QueuedAt) > _options.WriteTimeout || _stopping.IsCancellationRequested || !_queue.Writer.TryWrite(write))
            {
                Fail(write, "no version could be reserved in time", isUntouched: true);
            }
        }
    }

    private void Acknowledge(PendingWrite write)
    {
        var snapshot = write.Snapshot!;
        _frontiers.Passed(write.Key.Type, snapshot.Version);
        if (_observers.Length > 0)
        {
            Notify(new(write.Kind, snapshot, write.Previous));
        }

        _instruments.Committed(write.Key.Type, _time.GetElapsedTime(write.QueuedAt));
        write.Complete(new(WriteStatus.Committed, snapshot));
    }

    private void Notify(ResourceChange change)
    {
        foreach (var observer in _observers)
        {
            try
            {
                observer.OnCommitted(change);
            }
            catch (Exception exception)
            {
                LogObserverFailed(exception, observer.GetType().Name, change.Current.Key);
            }
        }
    }

    private void Fail(PendingWrite write, string problem, bool isUntouched)
    {
        _instruments.Failed(write.Key.Type);
        write.Complete(new(WriteStatus.Unavailable, write.Snapshot, problem, isUntouched));
    }

    /// <summary>The part of a batch that belongs to one type.</summary>
    private sealed class TypeFlush(ResourceType type, IResourceTypeGrain sequencer)
    {
        public ResourceType Type { get; } = type;

        public IResourceTypeGrain Sequencer { get; } = sequencer;

        public List<PendingWrite> Writes { get; } = [];

        public Reservation? Reservation { get; set; }

        public Memory<WriteOutcome> Outcomes { get; set; }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A transaction of {Count} writes failed; their outcome is settled from storage")]
    private partial void LogCommitFailed(Exception exception, int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Reserving versions of {Type} failed")]
    private partial void LogSequencerFailed(Exception exception, ResourceType type);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Publishing {Type} failed and is tried again")]
    private partial void LogPublishFailed(Exception exception, ResourceType type);

    [LoggerMessage(Level = LogLevel.Error, Message = "Commit observer {Observer} threw on {Key}")]
    private partial void LogObserverFailed(Exception exception, string observer, ResourceKey key);
}
