using System.Diagnostics.CodeAnalysis;
using Crescent.Identity;
using Crescent.Resources;
using Index = Crescent.Watching.SortedChunks<
    Crescent.Watching.IndexEntry, Crescent.Watching.IndexEntry, Crescent.Watching.IndexEntry.Order>;
using Objects = Crescent.Watching.SortedChunks<
    Crescent.Resources.ResourceSnapshot, Crescent.Watching.ObjectName, Crescent.Watching.ObjectName.SnapshotOrder>;

namespace Crescent.Watching;

/// <summary>Immutable state of a cache; the next one shares all chunks that did not change.</summary>
internal sealed class ResourceView : IResourceView
{
    /// <summary>Selectable field behind <see cref="OnNode"/>.</summary>
    public const string NodeField = "spec.nodeName";

    private readonly Objects _objects;
    private readonly Index _owners;
    private readonly Index _nodes;

    private ResourceView(Objects objects, Index owners, Index nodes, ResourceVersion version)
    {
        _objects = objects;
        _owners = owners;
        _nodes = nodes;
        Version = version;
    }

    public static ResourceView Empty { get; } = new(Objects.Empty, Index.Empty, Index.Empty, ResourceVersion.None);

    public ResourceVersion Version { get; }

    public int Count => _objects.Count;

    public bool TryGet(string ns, string name, [NotNullWhen(true)] out ResourceSnapshot? snapshot) =>
        _objects.TryGet(new(ns, name), out snapshot);

    public IEnumerable<ResourceSnapshot> Enumerate(string? ns = null, ResourceKey? after = null)
    {
        var start = after is { } key ? new ObjectName(key.Namespace, key.Name) : default;
        if (ns is not null && (after is null || string.CompareOrdinal(start.Namespace, ns) < 0))
        {
            start = new(ns, "");
        }

        var items = start.Namespace is null ? _objects.All() : _objects.From(start);
        foreach (var item in items)
        {
            if (ns is not null && !string.Equals(item.Key.Namespace, ns, StringComparison.Ordinal))
            {
                yield break;
            }

            if (after is { } last && item.Key.CompareTo(last) == 0)
            {
                continue;
            }

            yield return item;
        }
    }

    public IEnumerable<ResourceSnapshot> OwnedBy(string uid) => Lookup(_owners, uid);

    public IEnumerable<ResourceSnapshot> OnNode(string nodeName) => Lookup(_nodes, nodeName);

    /// <summary>The state after <paramref name="changed"/>: per name the new snapshot, or null where it is gone.</summary>
    public ResourceView With(IReadOnlyDictionary<ObjectName, ResourceSnapshot?> changed, ResourceVersion version)
    {
        var edits = new List<Objects.Edit>(changed.Count);
        var owners = new List<Index.Edit>();
        var nodes = new List<Index.Edit>();
        foreach (var (name, current) in changed)
        {
            _objects.TryGet(name, out var previous);
            if (previous is null && current is null)
            {
                continue;
            }

            edits.Add(new(current ?? previous!, current is null));
            EditOwners(owners, name, previous, current);
            EditNodes(nodes, name, previous, current);
        }

        edits.Sort(static (left, right) => ObjectName.Compare(ObjectName.Of(left.Item), ObjectName.Of(right.Item)));
        owners.Sort(static (left, right) => IndexEntry.Order.Compare(left.Item, right.Item));
        nodes.Sort(static (left, right) => IndexEntry.Order.Compare(left.Item, right.Item));
        return new(
            _objects.Apply(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(edits)),
            _owners.Apply(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(owners)),
            _nodes.Apply(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(nodes)),
            version);
    }

    /// <summary>Most types have no object with an owner, and each deletion asks all types.</summary>
    private IEnumerable<ResourceSnapshot> Lookup(Index index, string value) => index.Count == 0 ? [] : Walk(index, value);

    private IEnumerable<ResourceSnapshot> Walk(Index index, string value)
    {
        foreach (var entry in index.From(new(value, new("", ""))))
        {
            if (!string.Equals(entry.Value, value, StringComparison.Ordinal))
            {
                yield break;
            }

            if (_objects.TryGet(entry.Object, out var snapshot))
            {
                yield return snapshot!;
            }
        }
    }

    private static void EditOwners(List<Index.Edit> edits, ObjectName name, ResourceSnapshot? previous, ResourceSnapshot? current)
    {
        var before = previous?.OwnerUids ?? [];
        var after = current?.OwnerUids ?? [];
        if (before.AsSpan().SequenceEqual(after.AsSpan()))
        {
            return;
        }

        edits.AddRange(before.Except(after, StringComparer.Ordinal).Select(uid => new Index.Edit(new(uid, name), IsRemoval: true)));
        edits.AddRange(after.Except(before, StringComparer.Ordinal).Select(uid => new Index.Edit(new(uid, name), IsRemoval: false)));
    }

    private static void EditNodes(List<Index.Edit> edits, ObjectName name, ResourceSnapshot? previous, ResourceSnapshot? current)
    {
        var before = NodeOf(previous);
        var after = NodeOf(current);
        if (string.Equals(before, after, StringComparison.Ordinal))
        {
            return;
        }

        if (before is not null)
        {
            edits.Add(new(new(before, name), IsRemoval: true));
        }

        if (after is not null)
        {
            edits.Add(new(new(after, name), IsRemoval: false));
        }
    }

    /// <summary>Null: not in the index (no object, or no pod).</summary>
    private static string? NodeOf(ResourceSnapshot? snapshot) =>
        snapshot is null || snapshot.Key.Type != KnownTypes.Pods ? null : snapshot.Fields.GetValueOrDefault(NodeField, "");
}
