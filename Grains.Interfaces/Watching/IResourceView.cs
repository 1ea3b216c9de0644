using System.Diagnostics.CodeAnalysis;
using Crescent.Identity;
using Crescent.Resources;

namespace Crescent.Watching;

/// <summary>An immutable state of one type at one version, ordered by namespace and name.</summary>
public interface IResourceView
{
    /// <summary>Everything up to here is in the view.</summary>
    ResourceVersion Version { get; }

    /// <summary>Number of objects.</summary>
    int Count { get; }

    bool TryGet(string ns, string name, [NotNullWhen(true)] out ResourceSnapshot? snapshot);

    /// <summary>All objects of a namespace (null: of all) in key order, starting after <paramref name="after"/> when given.</summary>
    IEnumerable<ResourceSnapshot> Enumerate(string? ns = null, ResourceKey? after = null);

    /// <summary>Objects with an owner reference to <paramref name="uid"/>.</summary>
    IEnumerable<ResourceSnapshot> OwnedBy(string uid);

    /// <summary>Objects whose <c>spec.nodeName</c> is <paramref name="nodeName"/>; empty name: not bound yet. Pods only, else empty.</summary>
    IEnumerable<ResourceSnapshot> OnNode(string nodeName);
}
