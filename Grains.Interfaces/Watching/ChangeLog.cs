using Crescent.Identity;

namespace Crescent.Watching;

/// <summary>
/// The recent changes of one cache. One writer appends; readers follow the chain of nodes. The window (bounded by count and bytes) decides
/// from which versions a new reader can still start.
/// </summary>
/// <param name="maxChanges">Changes in the window.</param>
/// <param name="maxBytes">Bytes of bodies in the window.</param>
/// <param name="maxReaderBytes">Bytes of bodies a reader may be behind before it is cut.</param>
internal sealed class ChangeLog(int maxChanges, long maxBytes, long maxReaderBytes = long.MaxValue)
{
    private const int CutInterval = 256;

    /// <summary>
    /// Changes, and bytes of bodies, of which encodings are kept. Watchers that keep up share them; the rest of the window is for whoever
    /// comes back, and would be twice as large with them.
    /// </summary>
    internal const int EncodedChanges = 1024;
    private const long EncodedBytes = 4 * 1024 * 1024;

    private readonly long _cutIntervalBytes = Math.Max(1, maxReaderBytes / 16);

    private readonly Lock _gate = new();
    private readonly LinkedList<ChangeNode> _window_NeedsLock = [];
    private readonly HashSet<ResourceSubscription> _readers_NeedsLock = [];
    private readonly NodeReaders _nodeReaders = new();
    private ChangeNode _tail = new([], ResourceVersion.None, 0);
    private ResourceVersion _start_NeedsLock;
    private long _windowChanges_NeedsLock;
    private long _windowBytes_NeedsLock;
    private ChangeNode _lastCut_NeedsLock = new([], ResourceVersion.None, 0);

    /// <summary>The oldest of the window that may have encodings.</summary>
    private LinkedListNode<ChangeNode>? _encoded_NeedsLock;

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
            _encoded_NeedsLock = null;
            _windowChanges_NeedsLock = _windowBytes_NeedsLock = 0;
            _lastCut_NeedsLock = node;
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
            var bytes = BytesOf(changes);
            node = new(changes, through, old.Total + changes.Length, old.TotalBytes + bytes);
            var added = _window_NeedsLock.AddLast(node);
            DropEncodings(_encoded_NeedsLock ?? added, node);
            _windowChanges_NeedsLock += changes.Length;
            _windowBytes_NeedsLock += bytes;
            while (_window_NeedsLock.Count > 1 &&
                (_windowChanges_NeedsLock > maxChanges || _windowBytes_NeedsLock > maxBytes || _window_NeedsLock.Count > maxChanges))
            {
                var oldest = _window_NeedsLock.First!.Value;
                if (_encoded_NeedsLock == _window_NeedsLock.First)
                {
                    _encoded_NeedsLock = _encoded_NeedsLock!.Next;
                }

                _window_NeedsLock.RemoveFirst();
                _windowChanges_NeedsLock -= oldest.Changes.Length;
                _windowBytes_NeedsLock -= BytesOf(oldest.Changes);
                _start_NeedsLock = oldest.Through;
            }

            if (node.Total - _lastCut_NeedsLock.Total >= CutInterval || node.TotalBytes - _lastCut_NeedsLock.TotalBytes >= _cutIntervalBytes)
            {
                isCut = true;
                _lastCut_NeedsLock = node;
                _readers_NeedsLock.RemoveWhere(reader => reader.CutIfBehind(node, maxReaderBytes));
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

    private void DropEncodings(LinkedListNode<ChangeNode> oldest, ChangeNode newest)
    {
        while (newest.Total - oldest.Value.Total >= EncodedChanges || newest.TotalBytes - oldest.Value.TotalBytes >= EncodedBytes)
        {
            foreach (var change in oldest.Value.Changes)
            {
                change.DropEncodings();
            }

            oldest = oldest.Next!;
        }

        _encoded_NeedsLock = oldest;
    }

    private static ChangeNode Before(ChangeNode first)
    {
        var start = new ChangeNode([], ResourceVersion.None, first.Total - first.Changes.Length, first.TotalBytes - BytesOf(first.Changes));
        start.SetNext(first);
        return start;
    }

    private static long BytesOf(ResourceChange[] changes)
    {
        long bytes = 0;
        foreach (var change in changes)
        {
            bytes += change.Current.Body.Length + 64;
        }

        return bytes;
    }
}
