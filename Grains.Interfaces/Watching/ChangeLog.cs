using Crescent.Identity;

namespace Crescent.Watching;

/// <summary>
/// The recent changes of one cache. One writer appends; readers follow the chain of nodes. The window (bounded by count and bytes) decides
/// from which versions a new reader can still start.
/// </summary>
internal sealed class ChangeLog(int maxChanges, long maxBytes)
{
    private const int CutInterval = 256;

    private readonly Lock _gate = new();
    private readonly LinkedList<ChangeNode> _window_NeedsLock = [];
    private readonly HashSet<ResourceSubscription> _readers_NeedsLock = [];
    private readonly NodeReaders _nodeReaders = new();
    private ChangeNode _tail = new([], ResourceVersion.None, 0);
    private ResourceVersion _start_NeedsLock;
    private long _windowChanges_NeedsLock;
    private long _windowBytes_NeedsLock;
    private long _lastCut_NeedsLock;

    /// <summary>The newest node.</summary>
    public ChangeNode Tail => Volatile.Read(ref _tail);

    public int ReaderCount
    {
        get
        {
            lock (_gate)
            {
                return _readers_NeedsLock.Count;
            }
        }
    }

    /// <summary>Forgets everything: the state at <paramref name="version"/> is the new beginning, and present readers are cut.</summary>
    public void Restart(ResourceVersion version)
    {
        ChangeNode old;
        var node = new ChangeNode([], version, 0);
        lock (_gate)
        {
            foreach (var reader in _readers_NeedsLock)
            {
                reader.Cut();
            }

            _readers_NeedsLock.Clear();
            _window_NeedsLock.Clear();
            _windowChanges_NeedsLock = _windowBytes_NeedsLock = _lastCut_NeedsLock = 0;
            _start_NeedsLock = version;
            old = _tail;
            Volatile.Write(ref _tail, node);
        }

        old.SetNext(node);
        _nodeReaders.WakeAll();
    }

    public void Append(ResourceChange[] changes, ResourceVersion through)
    {
        ChangeNode old;
        ChangeNode node;
        var isCut = false;
        lock (_gate)
        {
            old = _tail;
            node = new(changes, through, old.Total + changes.Length);
            _window_NeedsLock.AddLast(node);
            _windowChanges_NeedsLock += changes.Length;
            _windowBytes_NeedsLock += BytesOf(node);
            while (_window_NeedsLock.Count > 1 &&
                (_windowChanges_NeedsLock > maxChanges || _windowBytes_NeedsLock > maxBytes || _window_NeedsLock.Count > maxChanges))
            {
                var oldest = _window_NeedsLock.First!.Value;
                _window_NeedsLock.RemoveFirst();
                _windowChanges_NeedsLock -= oldest.Changes.Length;
                _windowBytes_NeedsLock -= BytesOf(oldest);
                _start_NeedsLock = oldest.Through;
            }

            if (node.Total - _lastCut_NeedsLock >= CutInterval)
            {
                isCut = true;
                _lastCut_NeedsLock = node.Total;
                _readers_NeedsLock.RemoveWhere(reader => reader.CutIfBehind(node.Total));
            }

            Volatile.Write(ref _tail, node);
        }

        old.SetNext(node);
        if (isCut)
        {
            // Who is not concerned for long moves on all the same, or it would fall behind.
            _nodeReaders.WakeAll();
        }
        else
        {
            _nodeReaders.Wake(changes);
        }
    }

    /// <summary>A reader of everything after <paramref name="after"/>; null when that has left the window.</summary>
    /// <param name="after">Where it begins.</param>
    /// <param name="bufferSize">Changes it may be behind.</param>
    /// <param name="onNode">Only changes of objects on this node concern it; null for all.</param>
    public ResourceSubscription? Open(ResourceVersion after, int bufferSize, string? onNode = null)
    {
        lock (_gate)
        {
            if (after < _start_NeedsLock)
            {
                return null;
            }

            var node = _tail;
            if (after < node.Through)
            {
                // The newest node that ends at or before the position; without one the whole window follows.
                var link = _window_NeedsLock.Last;
                while (link is not null && link.Value.Through > after)
                {
                    link = link.Previous;
                }

                node = link?.Value ?? Before(_window_NeedsLock.First!.Value);
            }

            var reader = new ResourceSubscription(this, node, after, bufferSize, onNode);
            _readers_NeedsLock.Add(reader);
            if (onNode is not null)
            {
                _nodeReaders.Add(onNode, reader);
            }

            return reader;
        }
    }

    public void Close(ResourceSubscription reader)
    {
        lock (_gate)
        {
            _readers_NeedsLock.Remove(reader);
            if (reader.OnNode is { } node)
            {
                _nodeReaders.Remove(node, reader);
            }
        }
    }

    private static ChangeNode Before(ChangeNode first)
    {
        var start = new ChangeNode([], ResourceVersion.None, first.Total - first.Changes.Length);
        start.SetNext(first);
        return start;
    }

    private static long BytesOf(ChangeNode node)
    {
        long bytes = 0;
        foreach (var change in node.Changes)
        {
            bytes += change.Current.Body.Length + 64;
        }

        return bytes;
    }
}
