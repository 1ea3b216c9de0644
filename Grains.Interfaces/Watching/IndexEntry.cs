namespace Crescent.Watching;

/// <summary>One object under one index value (an owner's uid, a node's name).</summary>
internal readonly record struct IndexEntry(string Value, ObjectName Object)
{
    internal readonly struct Order : ISortOrder<IndexEntry, IndexEntry>
    {
        public static IndexEntry KeyOf(IndexEntry item) => item;

        public static int Compare(IndexEntry left, IndexEntry right)
        {
            var byValue = string.CompareOrdinal(left.Value, right.Value);
            return byValue != 0 ? byValue : ObjectName.Compare(left.Object, right.Object);
        }
    }
}
