using Crescent.Resources;

namespace Crescent.Watching;

/// <summary>Namespace and name: the key within one type, in list order.</summary>
internal readonly record struct ObjectName(string Namespace, string Name)
{
    public static ObjectName Of(ResourceSnapshot snapshot) => new(snapshot.Key.Namespace, snapshot.Key.Name);

    public static int Compare(ObjectName left, ObjectName right)
    {
        var byNamespace = string.CompareOrdinal(left.Namespace, right.Namespace);
        return byNamespace != 0 ? byNamespace : string.CompareOrdinal(left.Name, right.Name);
    }

    /// <summary>Objects by name.</summary>
    internal readonly struct SnapshotOrder : ISortOrder<ResourceSnapshot, ObjectName>
    {
        public static ObjectName KeyOf(ResourceSnapshot item) => Of(item);
        public static int Compare(ObjectName left, ObjectName right) => ObjectName.Compare(left, right);
    }
}
