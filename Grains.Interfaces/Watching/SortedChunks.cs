namespace Crescent.Watching;

/// <summary>
/// An immutable sorted set kept as an array of sorted chunks. A batch of edits copies the touched chunks and the array of chunks, so
/// readers keep walking their own state for nothing, and memory is one reference per item.
/// </summary>
internal sealed class SortedChunks<TItem, TKey, TOrder>
    where TOrder : struct, ISortOrder<TItem, TKey>
{
    private const int MaxChunk = 256;
    private const int GoodChunk = 128;

    private readonly TItem[][] _chunks;

    private SortedChunks(TItem[][] chunks, int count)
    {
        _chunks = chunks;
        Count = count;
    }

    public static SortedChunks<TItem, TKey, TOrder> Empty { get; } = new([], 0);

    public int Count { get; }

    public bool TryGet(TKey key, out TItem? item)
    {
        var chunk = ChunkOf(key);
        if (chunk >= 0)
        {
            var index = LowerBound(_chunks[chunk], key, out var found);
            if (found)
            {
                item = _chunks[chunk][index];
                return true;
            }
        }

        item = default;
        return false;
    }

    /// <summary>Items in order from the first whose key is not less than <paramref name="from"/>.</summary>
    public IEnumerable<TItem> From(TKey from)
    {
        var first = Math.Max(ChunkOf(from), 0);
        for (var chunk = first; chunk < _chunks.Length; chunk++)
        {
            var items = _chunks[chunk];
            for (var index = chunk == first ? LowerBound(items, from, out _) : 0; index < items.Length; index++)
            {
                yield return items[index];
            }
        }
    }

    public IEnumerable<TItem> All()
    {
        foreach (var chunk in _chunks)
        {
            foreach (var item in chunk)
            {
                yield return item;
            }
        }
    }

    /// <summary>Sets or removes items; <paramref name="edits"/> are sorted by key and have no key twice.</summary>
    public SortedChunks<TItem, TKey, TOrder> Apply(ReadOnlySpan<Edit> edits)
    {
        if (edits.IsEmpty)
        {
            return this;
        }

        var chunks = new List<TItem[]>(_chunks.Length + (edits.Length / GoodChunk) + 1);
        var merged = new List<TItem>(MaxChunk + edits.Length);
        var count = Count;
        var next = 0;
        for (var chunk = 0; chunk < _chunks.Length || next < edits.Length; chunk++)
        {
            var items = chunk < _chunks.Length ? _chunks[chunk] : [];
            var end = chunk + 1 < _chunks.Length ? EndOf(edits, next, TOrder.KeyOf(_chunks[chunk + 1][0])) : edits.Length;
            if (end == next)
            {
                chunks.Add(items);
                continue;
            }

            merged.Clear();
            Merge(items, edits[next..end], merged);
            count += merged.Count - items.Length;
            AddSplit(merged, chunks);
            next = end;
        }

        return new([.. chunks], count);
    }

    private static int EndOf(ReadOnlySpan<Edit> edits, int start, TKey limit)
    {
        var end = start;
        while (end < edits.Length && TOrder.Compare(TOrder.KeyOf(edits[end].Item), limit) < 0)
        {
            end++;
        }

        return end;
    }

    private static void Merge(TItem[] items, ReadOnlySpan<Edit> edits, List<TItem> output)
    {
        var index = 0;
        foreach (var edit in edits)
        {
            var key = TOrder.KeyOf(edit.Item);
            while (index < items.Length && TOrder.Compare(TOrder.KeyOf(items[index]), key) < 0)
            {
                output.Add(items[index++]);
            }

            if (index < items.Length && TOrder.Compare(TOrder.KeyOf(items[index]), key) == 0)
            {
                index++;
            }

            if (!edit.IsRemoval)
            {
                output.Add(edit.Item);
            }
        }

        output.AddRange(items.AsSpan(index));
    }

    private static void AddSplit(List<TItem> merged, List<TItem[]> chunks)
    {
        if (merged.Count == 0)
        {
            return;
        }

        // A chunk that shrank joins its neighbour, so that many deletions do not leave many tiny chunks.
        if (chunks.Count > 0 && merged.Count + chunks[^1].Length <= GoodChunk)
        {
            chunks[^1] = [.. chunks[^1], .. merged];
            return;
        }

        if (merged.Count <= MaxChunk)
        {
            chunks.Add([.. merged]);
            return;
        }

        var parts = (merged.Count + GoodChunk - 1) / GoodChunk;
        for (var part = 0; part < parts; part++)
        {
            var start = (int)((long)merged.Count * part / parts);
            var end = (int)((long)merged.Count * (part + 1) / parts);
            chunks.Add([.. merged.GetRange(start, end - start)]);
        }
    }

    /// <summary>The last chunk whose first key is not greater than <paramref name="key"/>; -1 when all are greater.</summary>
    private int ChunkOf(TKey key)
    {
        int low = 0, high = _chunks.Length;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (TOrder.Compare(TOrder.KeyOf(_chunks[middle][0]), key) <= 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low - 1;
    }

    private static int LowerBound(TItem[] items, TKey key, out bool found)
    {
        int low = 0, high = items.Length;
        found = false;
        while (low < high)
        {
            var middle = (low + high) / 2;
            var order = TOrder.Compare(TOrder.KeyOf(items[middle]), key);
            found |= order == 0;
            if (order < 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    /// <summary>One item to set, or to remove (then only its key matters).</summary>
    internal readonly record struct Edit(TItem Item, bool IsRemoval);
}
