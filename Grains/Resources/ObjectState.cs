using Crescent.Identity;
using Crescent.Resources;
using Crescent.Watching;

namespace Crescent.Grains.Resources;

/// <summary>What is known of one object, and what is on its way. Thread-safe: it changes, and is read, as a whole.</summary>
internal sealed class ObjectState(ResourceKey key, IResourceBucket bucket, ResourceObjectServices services)
{
    private readonly Lock _lock = new();
    private ResourceSnapshot? _current_NeedsLock;

    /// <summary>Version <see cref="_current_NeedsLock"/> is known to hold at; null when that is not known (no row, and no cache to compare with).</summary>
    private ResourceVersion? _asOf_NeedsLock;

    /// <summary>False: <see cref="_current_NeedsLock"/> may not be what is stored (not read yet, or a write of unknown outcome).</summary>
    private bool _isLoaded_NeedsLock;

    /// <summary>The row was looked for and is not there. A cache that does not show it either is no proof, so this is worth remembering.</summary>
    private bool _isFoundAbsent_NeedsLock;

    /// <summary>One load at a time, shared by reads and mutations.</summary>
    private Task _loading_NeedsLock = Task.CompletedTask;

    /// <summary>The commit under way, with what is learnt from it. Others may see its state before it is acknowledged here.</summary>
    private Task _committing_NeedsLock = Task.CompletedTask;

    /// <summary>Counts what was learnt from own writes: a load that began before must not overwrite it.</summary>
    private int _generation_NeedsLock;

    /// <summary>Version of a write of unknown outcome: only when the frontier has passed it do the rows tell the truth about it.</summary>
    private ResourceVersion _uncertain_NeedsLock;

    /// <summary>The newest version that became or may have become of a write of unknown outcome.</summary>
    private ResourceVersion _doubted_NeedsLock;

    public bool IsLoaded
    {
        get
        {
            lock (_lock)
            {
                return _isLoaded_NeedsLock;
            }
        }
    }

    /// <summary>The commit under way, or one that is over.</summary>
    public Task Committing
    {
        get
        {
            lock (_lock)
            {
                return _committing_NeedsLock;
            }
        }
    }

    /// <summary>A view older than this may show less than what is or was known here.</summary>
    public ResourceVersion Floor
    {
        get
        {
            lock (_lock)
            {
                return Floor_NeedsLock();
            }
        }
    }

    /// <summary>It is known what became of the last write; else that write could be committed under another activation's eyes.</summary>
    public bool IsCertain()
    {
        lock (_lock)
        {
            return IsCertain_NeedsLock();
        }
    }

    /// <summary>A write failed, and may be committed yet.</summary>
    public bool IsInDoubt()
    {
        lock (_lock)
        {
            return IsInDoubt_NeedsLock();
        }
    }

    /// <param name="isOld">Nobody has asked for it for long; then it has to be read again, if no cache shows it.</param>
    public bool CanBeForgotten(bool isOld)
    {
        lock (_lock)
        {
            if (!IsCertain_NeedsLock() || !_loading_NeedsLock.IsCompleted)
            {
                return false;
            }

            return isOld || !_isLoaded_NeedsLock
                || (!_isFoundAbsent_NeedsLock && services.Caches.Peek(key.Type) is { } view && view.Version >= Floor_NeedsLock() && bucket.Trusts(view));
        }
    }

    /// <summary>Commits a change that was decided on <paramref name="current"/>, and learns from it. One at a time. Never faults.</summary>
    public Task<WriteResult?> WriteAsync(ResourceSnapshot? current, PreparedBody body, bool isDeletion)
    {
        lock (_lock)
        {
            // Lists may show the state before the writer's answer is here: whoever reads then has to find the commit under way.
            var committing = WriteAndLearnAsync(current, body, isDeletion);
            _committing_NeedsLock = committing;
            return committing;
        }
    }

    /// <summary>
    /// What a mutation may be decided on without the row. A state out of a cache that is not trusted may be behind: storage refuses what is written
    /// on it then; what would be refused because of it, or only answered, is decided on the row.
    /// </summary>
    public (bool IsAssumed, ResourceSnapshot? State) Look(bool mayAssume)
    {
        lock (_lock)
        {
            return !IsKnown_NeedsLock() && mayAssume && _uncertain_NeedsLock == ResourceVersion.None && services.Caches.Peek(key.Type) is { } view
                ? (true, view.TryGet(key.Namespace, key.Name, out var cached) ? cached : null)
                : (false, null);
        }
    }

    /// <summary>To decide on, once it is known.</summary>
    public ResourceSnapshot? TakeNewest()
    {
        lock (_lock)
        {
            return _current_NeedsLock = Newest_NeedsLock();
        }
    }

    /// <summary>False: wait for <paramref name="loading"/> and ask again. A load that was overtaken by a write has changed nothing.</summary>
    public bool TryGetNewest(out ResourceSnapshot? newest, out Task loading)
    {
        lock (_lock)
        {
            if (IsKnown_NeedsLock())
            {
                (newest, loading) = (Newest_NeedsLock(), Task.CompletedTask);
                return true;
            }

            if (_loading_NeedsLock.IsCompleted)
            {
                _loading_NeedsLock = LoadAsync(_generation_NeedsLock, _uncertain_NeedsLock);
            }

            (newest, loading) = (null, _loading_NeedsLock);
            return false;
        }
    }

    private async Task<WriteResult?> WriteAndLearnAsync(ResourceSnapshot? current, PreparedBody body, bool isDeletion)
    {
        var write = await services.Writer.WriteAsync(key, current, body, isDeletion);
        lock (_lock)
        {
            Learn_NeedsLock(write, isDeletion);
        }

        return write;
    }

    private void Learn_NeedsLock(WriteResult write, bool isDeletion)
    {
        _generation_NeedsLock++;

        // The task's answer holds the state that was written. Of a deleted object it would stay for as long as this object does.
        _committing_NeedsLock = Task.CompletedTask;
        switch (write.Status)
        {
            case WriteStatus.Committed:
                _current_NeedsLock = isDeletion ? null : write.Snapshot;
                _asOf_NeedsLock = write.Snapshot!.Version;
                _isLoaded_NeedsLock = true;
                _isFoundAbsent_NeedsLock = false;
                break;
            case WriteStatus.Conflict:
                _isLoaded_NeedsLock = false;
                break;
            default:
                if (write.Snapshot is { } uncertain)
                {
                    _uncertain_NeedsLock = _doubted_NeedsLock = uncertain.Version;
                    _isLoaded_NeedsLock = false;
                }

                break;
        }
    }

    private bool IsKnown_NeedsLock() => _isLoaded_NeedsLock || TryLearn_NeedsLock();

    /// <summary>
    /// What a trusted cache shows is what a former holder of this object knew. That it shows nothing is no proof: whoever makes an object
    /// without asking (<see cref="FreshObjects"/>) is heard of by other silos' caches first, at times.
    /// </summary>
    private bool TryLearn_NeedsLock()
    {
        if (_generation_NeedsLock > 0 || services.Caches.Peek(key.Type) is not { } view || !bucket.Trusts(view)
            || !view.TryGet(key.Namespace, key.Name, out var cached))
        {
            return false;
        }

        _current_NeedsLock = cached;
        _asOf_NeedsLock = view.Version;
        _isLoaded_NeedsLock = true;
        return true;
    }

    /// <summary>
    /// For a moment there may be two activations of an object, and the other one may have written it. A cache of this silo, where there
    /// is one, knows then; storage protects the writes in any case.
    /// </summary>
    private ResourceSnapshot? Newest_NeedsLock()
    {
        if (_asOf_NeedsLock is not { } asOf || services.Caches.Peek(key.Type) is not { } view || view.Version <= asOf)
        {
            return _current_NeedsLock;
        }

        return !view.TryGet(key.Namespace, key.Name, out var cached) ? null
            : cached.Version > asOf ? cached
            : _current_NeedsLock;
    }

    private ResourceVersion Floor_NeedsLock() => _asOf_NeedsLock is { } asOf && asOf > _doubted_NeedsLock ? asOf : _doubted_NeedsLock;

    private bool IsCertain_NeedsLock() => !IsInDoubt_NeedsLock() && _committing_NeedsLock.IsCompleted;

    private bool IsInDoubt_NeedsLock()
    {
        if (_uncertain_NeedsLock != ResourceVersion.None && Published() >= _uncertain_NeedsLock)
        {
            _uncertain_NeedsLock = ResourceVersion.None;
        }

        return _uncertain_NeedsLock != ResourceVersion.None;
    }

    private async Task LoadAsync(int generation, ResourceVersion uncertain)
    {
        // Out of the lock, and the turn of whoever asked.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        await services.Frontiers.WaitForAsync(key.Type, uncertain);
        if (!services.Store.IsAnswering)
        {
            bucket.LeaveIfCertain();
        }

        // A deletion up to here need not be waited for: without one after it, and without a row, there was no object at this version.
        var published = Published();
        var row = await services.Store.LoadAsync(key, CancellationToken.None);
        var settled = row?.Version ?? await services.Store.FindDeletionAsync(key, published, CancellationToken.None);
        await services.Frontiers.WaitForAsync(key.Type, settled);
        var current = row is { } stored ? services.Snapshots.FromRow(stored) : null;
        lock (_lock)
        {
            if (generation == _generation_NeedsLock)
            {
                _current_NeedsLock = current;
                _asOf_NeedsLock = settled > published || current is not null ? settled : published == ResourceVersion.None ? null : published;
                _isLoaded_NeedsLock = true;
                _isFoundAbsent_NeedsLock = current is null;
                _uncertain_NeedsLock = ResourceVersion.None;
            }
        }
    }

    /// <summary>What is known here to be published.</summary>
    private ResourceVersion Published()
    {
        var told = services.Frontiers.Of(key.Type);
        return services.Caches.Peek(key.Type) is { } view && view.Version > told ? view.Version : told;
    }
}
