namespace Crescent.Watching;

/// <summary>
/// Readers that only care for the objects on one node, by node. A hundred nodes that each follow their pods would otherwise all wake for
/// every change of any pod. Thread-safe.
/// </summary>
internal sealed class NodeReaders
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, HashSet<ResourceSubscription>> _byNode_NeedsLock = new(StringComparer.Ordinal);

    /// <summary>Whether the object is, or was before, on that node.</summary>
    public static bool IsOn(ResourceChange change, string node) => change.Node == node || change.PreviousNode == node;

    public void Add(string node, ResourceSubscription reader)
    {
        lock (_gate)
        {
            if (!_byNode_NeedsLock.TryGetValue(node, out var readers))
            {
                _byNode_NeedsLock.Add(node, readers = []);
            }

            readers.Add(reader);
        }
    }

    public void Remove(string node, ResourceSubscription reader)
    {
        lock (_gate)
        {
            if (_byNode_NeedsLock.TryGetValue(node, out var readers) && readers.Remove(reader) && readers.Count == 0)
            {
                _byNode_NeedsLock.Remove(node);
            }
        }
    }

    /// <summary>Wakes whom the changes concern.</summary>
    public void Wake(ResourceChange[] changes)
    {
        lock (_gate)
        {
            if (_byNode_NeedsLock.Count == 0)
            {
                return;
            }

            foreach (var change in changes)
            {
                Wake_NeedsLock(change.Node);
                if (change.PreviousNode != change.Node)
                {
                    Wake_NeedsLock(change.PreviousNode);
                }
            }
        }
    }

    public void WakeAll()
    {
        lock (_gate)
        {
            foreach (var reader in _byNode_NeedsLock.Values.SelectMany(static readers => readers))
            {
                reader.Wake();
            }
        }
    }

    private void Wake_NeedsLock(string? node)
    {
        if (node is not null && _byNode_NeedsLock.TryGetValue(node, out var readers))
        {
            foreach (var reader in readers)
            {
                reader.Wake();
            }
        }
    }
}
