namespace Crescent.Watching;

/// <summary>How <see cref="SortedChunks{TItem,TKey,TOrder}"/> sorts its items; implemented by empty structs so that calls are inlined.</summary>
internal interface ISortOrder<TItem, TKey>
{
    static abstract TKey KeyOf(TItem item);
    static abstract int Compare(TKey left, TKey right);
}
