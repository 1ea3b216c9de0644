using System.Diagnostics.CodeAnalysis;

namespace Crescent.Grains.Events;

/// <summary>A dictionary that forgets the entry unused for longest when it is full. Not thread-safe.</summary>
internal sealed class RecentMap<TKey, TValue>(int capacity)
    where TKey : notnull
{
    private readonly Dictionary<TKey, LinkedListNode<(TKey Key, TValue Value)>> _byKey = [];
    private readonly LinkedList<(TKey Key, TValue Value)> _byUse = new();

    public bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        if (!_byKey.TryGetValue(key, out var node))
        {
            value = default;
            return false;
        }

        _byUse.Remove(node);
        _byUse.AddFirst(node);
        value = node.Value.Value;
        return true;
    }

    public void Set(TKey key, TValue value)
    {
        Remove(key);
        _byKey[key] = _byUse.AddFirst((key, value));
        if (_byKey.Count > capacity)
        {
            Remove(_byUse.Last!.Value.Key);
        }
    }

    public void Remove(TKey key)
    {
        if (_byKey.Remove(key, out var node))
        {
            _byUse.Remove(node);
        }
    }
}
