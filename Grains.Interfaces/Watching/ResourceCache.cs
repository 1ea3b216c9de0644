using Crescent.Identity;
using Crescent.Resources;
using Microsoft.Extensions.Logging;

namespace Crescent.Watching;

/// <summary>
/// Follows one type. One loop (the follower) loads, applies and, when the sequencer's window has moved on, loads again and compares, so
/// that readers only ever see an unbroken stream of changes.
/// </summary>
internal sealed partial class ResourceCache(
    ResourceType type,
    IGrainFactory grains,
    LocalSequencers neighbours,
    ResourceCacheOptions options,
    TimeProvider time,
    ResourceCacheInstruments instruments,
    ILogger<ResourceCache> logger) : IResourceCache
{
    /// <summary>How long a consistent read waits for a sequencer that is moving.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly IResourceTypeGrain _sequencer = grains.GetGrain<IResourceTypeGrain>(type.ToString());
    private readonly IResourceReaderGrain _rows = grains.GetGrain<IResourceReaderGrain>(type.ToString());
    private readonly ChangeLog _log = new(options.WindowMaxChanges, options.WindowMaxBytes, options.ReaderMaxBytes);
    private readonly TaskCompletionSource _loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ResourceView _view = ResourceView.Empty;

    public ResourceType Type => type;

    public IResourceView Current => Volatile.Read(ref _view);

    internal int ReaderCount => _log.ReaderCount;

    public Task WaitUntilLoadedAsync(CancellationToken cancellationToken = default) => _loaded.Task.WaitAsync(cancellationToken);

    public ValueTask<IResourceView> WaitForAsync(ResourceVersion version, CancellationToken cancellationToken = default)
    {
        var view = Volatile.Read(ref _view);
        return view.Version >= version && _loaded.Task.IsCompletedSuccessfully ? new(view) : new(WaitSlowAsync(version, cancellationToken));
    }

    public async ValueTask<IResourceView> GetConsistentAsync(CancellationToken cancellationToken = default)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            try
            {
                return await WaitForAsync(await _sequencer.GetFrontierAsync(cancellationToken), cancellationToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException && time.GetElapsedTime(started) < Patience)
            {
                // The sequencer is moving to another silo; the reader need not know.
                LogNoFrontier(exception, type);
                await Task.Delay(options.RetryDelay, time, cancellationToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                throw new StorageUnavailableException($"The sequencer of {type} cannot be reached.", exception);
            }
        }
    }

    public IResourceSubscription? Subscribe(ResourceVersion after, int bufferSize = 10_000, string? onNode = null) =>
        _log.Open(after, bufferSize, onNode);

    /// <summary>The follower; ends only by cancellation.</summary>
    internal async Task RunAsync(CancellationToken cancellationToken)
    {
        var delay = options.RetryDelay;
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                if (!_loaded.Task.IsCompleted)
                {
                    await LoadAsync(cancellationToken);
                }

                await FollowAsync(cancellationToken);
                delay = options.RetryDelay;
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                // Losing the sequencer's silo or the database is routine: the view stays and the follower goes on where it was.
                LogInterrupted(exception, type, _view.Version, delay);
                await Task.Delay(delay, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                delay = delay * 2 < options.MaxRetryDelay ? delay * 2 : options.MaxRetryDelay;
            }
        }
    }

    private async Task<IResourceView> WaitSlowAsync(ResourceVersion version, CancellationToken cancellationToken)
    {
        await WaitUntilLoadedAsync(cancellationToken);
        while (true)
        {
            var tail = _log.Tail;
            var view = Volatile.Read(ref _view);
            if (view.Version >= version)
            {
                return view;
            }

            await tail.Next.WaitAsync(cancellationToken);
        }
    }

    private async Task LoadAsync(CancellationToken cancellationToken)
    {
        var state = await new SnapshotLoader(_sequencer, _rows, options).LoadAsync(cancellationToken);
        _log.Restart(state.Version);
        Volatile.Write(ref _view, ResourceView.Empty.With(state.Objects, state.Version));
        _loaded.TrySetResult();
        LogLoaded(type, _view.Count, state.Version);
    }

    private async Task FollowAsync(CancellationToken cancellationToken)
    {
        var page = await (neighbours.Find(type)?.ReadAsync(_view.Version, options.NeighbourWait, cancellationToken)
            ?? _sequencer.ReadAsync(_view.Version, options.PollWait, cancellationToken));
        if (page.IsExpired)
        {
            await ReloadAsync(cancellationToken);
        }
        else
        {
            Apply(page);
        }
    }

    private void Apply(EventPage page)
    {
        var view = _view;
        if (page.Through <= view.Version)
        {
            return;
        }

        var changed = new Dictionary<ObjectName, ResourceSnapshot?>(page.Events.Length);
        var changes = new List<ResourceChange>(page.Events.Length);
        foreach (var change in page.Events)
        {
            if (change.Version <= view.Version)
            {
                continue;
            }

            var name = ObjectName.Of(change.Snapshot);
            if (!changed.TryGetValue(name, out var previous))
            {
                view.TryGet(name.Namespace, name.Name, out previous);
            }

            var isDeletion = change.Kind == ResourceEventKind.Deleted;
            changed[name] = isDeletion ? null : change.Snapshot;

            // What a change means for readers follows from the state they saw: an event found by reading rows does not say
            // whether the object is new, and a deletion of an object that was never loaded must reach those who listed elsewhere.
            changes.Add(isDeletion
                ? new(ResourceEventKind.Deleted, change.Snapshot, previous ?? change.Snapshot)
                : new(previous is null ? ResourceEventKind.Added : ResourceEventKind.Modified, change.Snapshot, previous));
        }

        Advance(view.With(changed, page.Through), [.. changes]);
    }

    private async Task ReloadAsync(CancellationToken cancellationToken)
    {
        var state = await new SnapshotLoader(_sequencer, _rows, options).LoadAsync(cancellationToken);
        instruments.Reloaded(this);
        var before = _view;
        if (state.Version < before.Version)
        {
            // Versions went back: the database is another one (restored from a backup). Nobody's position means anything now.
            Volatile.Write(ref _view, ResourceView.Empty.With(state.Objects, state.Version));
            _log.Restart(state.Version);
            LogHistoryChanged(type, before.Version, state.Version);
            return;
        }

        var changes = ViewDiff.Compute(before, state.Objects, state.Version);
        Advance(ResourceView.Empty.With(state.Objects, state.Version), changes);
        LogReloaded(type, before.Version, state.Version, changes.Length);
    }

    private void Advance(ResourceView view, ResourceChange[] changes)
    {
        Volatile.Write(ref _view, view);
        _log.Append(changes, view.Version);
        instruments.Applied(this, changes.Length);
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Loaded {Count} {Type} at version {Version}")]
    private partial void LogLoaded(ResourceType type, int count, ResourceVersion version);

    [LoggerMessage(Level = LogLevel.Information, Message = "Compared {Type} with storage from version {Before} to {After}: {Changes} changes")]
    private partial void LogReloaded(ResourceType type, ResourceVersion before, ResourceVersion after, int changes);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The sequencer of {Type} did not answer; asking again")]
    private partial void LogNoFrontier(Exception exception, ResourceType type);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Versions of {Type} went back from {Before} to {After}; readers start over")]
    private partial void LogHistoryChanged(ResourceType type, ResourceVersion before, ResourceVersion after);

    [LoggerMessage(Level = LogLevel.Information, Message = "Following {Type} was interrupted at version {Version}; trying again in {Delay}")]
    private partial void LogInterrupted(Exception exception, ResourceType type, ResourceVersion version, TimeSpan delay);
}
