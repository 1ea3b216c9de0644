using System.Collections.Immutable;
using Crescent.Identity;
using Crescent.Nodes;
using Crescent.Resources;

namespace Crescent.Grains.Nodes;

/// <summary>
/// A set of objects that readers follow by position. Level-triggered: a reader gets the newest state of what changed since its position,
/// however often it changed. Late states are told by their version and dropped, so several sources may feed it. Thread-safe.
/// </summary>
internal sealed class ObjectFeed
{
    private const int LogSlack = 1024;
    private readonly Lock _lock = new();
    private readonly Dictionary<ResourceKey, Entry> _entries = [];
    private readonly string _epoch = Guid.NewGuid().ToString("N");

    /// <summary>Positions in ascending order; an entry counts while it is its object's newest.</summary>
    private readonly List<(long Position, ResourceKey Key)> _log = [];
    private TaskCompletionSource _changed = NewSignal();
    private long _position;

    /// <summary>Objects that are there; the other entries remember removals.</summary>
    private int _live;

    /// <summary>Readers older than this get a full page: the log before it has been cut.</summary>
    private long _floor;

    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _live;
            }
        }
    }

    public ResourceSnapshot? Find(ResourceKey key)
    {
        lock (_lock)
        {
            return _entries.TryGetValue(key, out var entry) ? entry.Snapshot : null;
        }
    }

    /// <summary>Whether something newer is known of this object, be it that it is gone.</summary>
    public bool IsLate(ResourceSnapshot snapshot)
    {
        lock (_lock)
        {
            return _entries.TryGetValue(snapshot.Key, out var entry) && entry.Version > snapshot.Version;
        }
    }

    public void Set(ResourceSnapshot snapshot) => Put(snapshot.Key, snapshot.Version, snapshot);

    /// <param name="key">What is gone.</param>
    /// <param name="version">Version of the removal; states up to it are late from now on.</param>
    public void Remove(ResourceKey key, ResourceVersion version) => Put(key, version, null);

    /// <summary>Waits for news after <paramref name="after"/>; an empty page when <paramref name="wait"/> is over.</summary>
    public async Task<FeedPage> ReadAsync(FeedCursor after, TimeSpan wait, TimeProvider time, CancellationToken cancellationToken)
    {
        var (page, changed) = Read(after);
        if (page is not null)
        {
            return page;
        }

        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(changed, Task.Delay(wait, time, over.Token));
        await over.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
        return Read(after).Page ?? new() { Next = after, IsFull = false };
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private (FeedPage? Page, Task Changed) Read(FeedCursor after)
    {
        lock (_lock)
        {
            if (after.Epoch != _epoch || after.Position < _floor || after.Position > _position)
            {
                return (new()
                {
                    Next = Cursor(), IsFull = true,
                    Changed = [.. _entries.Values.Where(static entry => entry.Snapshot is not null).Select(static entry => entry.Snapshot!)],
                }, _changed.Task);
            }

            return after.Position == _position ? (null, _changed.Task) : (ReadLog_NeedsLock(after.Position), _changed.Task);
        }
    }

    private FeedPage ReadLog_NeedsLock(long after)
    {
        var changed = ImmutableArray.CreateBuilder<ResourceSnapshot>();
        var removed = ImmutableArray.CreateBuilder<ResourceKey>();
        for (var index = FindFirst_NeedsLock(after); index < _log.Count; index++)
        {
            var (position, key) = _log[index];
            if (_entries[key] is var entry && entry.Position != position)
            {
                continue;
            }

            if (entry.Snapshot is { } snapshot)
            {
                changed.Add(snapshot);
            }
            else
            {
                removed.Add(key);
            }
        }

        return new() { Next = Cursor(), IsFull = false, Changed = changed.ToImmutable(), Removed = removed.ToImmutable() };
    }

    private int FindFirst_NeedsLock(long after)
    {
        var (low, high) = (0, _log.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _log[middle].Position > after ? (low, middle) : (middle + 1, high);
        }

        return low;
    }

    private FeedCursor Cursor() => new() { Epoch = _epoch, Position = _position };

    private void Put(ResourceKey key, ResourceVersion version, ResourceSnapshot? snapshot)
    {
        TaskCompletionSource signal;
        lock (_lock)
        {
            if (_entries.TryGetValue(key, out var entry)
                && (entry.Version > version || (entry.Version == version && entry.Snapshot is null == snapshot is null)))
            {
                return;
            }

            _position++;
            _live += (snapshot is null ? 0 : 1) - (entry.Snapshot is null ? 0 : 1);
            _entries[key] = new(_position, version, snapshot);
            _log.Add((_position, key));
            if (_log.Count > LogSlack + (2 * _live))
            {
                Compact_NeedsLock();
            }

            signal = _changed;
            _changed = NewSignal();
        }

        signal.SetResult();
    }

    /// <summary>Keeps the newest entry of each object; the older half of the removals is forgotten and raises the floor.</summary>
    private void Compact_NeedsLock()
    {
        _log.RemoveAll(item => _entries[item.Key].Position != item.Position);
        var removals = _log.Where(item => _entries[item.Key].Snapshot is null).ToArray();
        var forgotten = removals.AsSpan(0, removals.Length / 2);
        foreach (var (position, key) in forgotten)
        {
            _entries.Remove(key);
            _floor = position;
        }

        _log.RemoveAll(item => !_entries.ContainsKey(item.Key));
    }

    private readonly record struct Entry(long Position, ResourceVersion Version, ResourceSnapshot? Snapshot);
}
