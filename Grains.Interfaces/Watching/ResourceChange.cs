using Crescent.Identity;
using Crescent.Resources;

namespace Crescent.Watching;

/// <summary>
/// A change as caches hand it on: with the state before it, so that a selector that stops matching can become a DELETED event.
/// One instance is shared by all watchers of the process.
/// </summary>
public sealed class ResourceChange(ResourceEventKind kind, ResourceSnapshot current, ResourceSnapshot? previous)
{
    /// <summary>Mostly one or two, so a chain.</summary>
    private Encoding? _encodings;

    public ResourceEventKind Kind { get; } = kind;

    /// <summary>State after the change; for a deletion the last state at the version of the deletion.</summary>
    public ResourceSnapshot Current { get; } = current;

    /// <summary>State before the change; null when it was added.</summary>
    public ResourceSnapshot? Previous { get; } = previous;

    public ResourceVersion Version => Current.Version;

    /// <summary>Node the object is on, for objects that are on one; known without a search because every node's reader asks.</summary>
    internal string? Node { get; } = NodeOf(current);

    /// <summary>Node the object was on before.</summary>
    internal string? PreviousNode { get; } = NodeOf(previous);

    /// <summary>What a consumer computed from this change for everyone, e.g. the encoded watch frame; null when nobody has yet.</summary>
    public ReadOnlyMemory<byte>? FindEncoding(string key)
    {
        for (var known = Volatile.Read(ref _encodings); known is not null; known = known.Next)
        {
            if (known.Key == key)
            {
                return known.Bytes;
            }
        }

        return null;
    }

    /// <summary>Keeps an encoding for everyone; racing writers produce equal ones.</summary>
    public void KeepEncoding(string key, ReadOnlyMemory<byte> bytes)
    {
        Encoding? before;
        do
        {
            before = Volatile.Read(ref _encodings);
        }
        while (Interlocked.CompareExchange(ref _encodings, new(key, bytes, before), before) != before);
    }

    /// <summary>Forgets the encodings: whoever still comes for one makes it again.</summary>
    internal void DropEncodings() => Volatile.Write(ref _encodings, null);

    private static string? NodeOf(ResourceSnapshot? snapshot) =>
        snapshot is { Fields.Count: > 0 } && snapshot.Fields.TryGetValue(ResourceView.NodeField, out var node) ? node : null;

    private sealed record Encoding(string Key, ReadOnlyMemory<byte> Bytes, Encoding? Next);
}
