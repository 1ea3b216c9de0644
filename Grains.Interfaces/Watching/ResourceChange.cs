using Crescent.Identity;
using Crescent.Resources;

namespace Crescent.Watching;

/// <summary>
/// A change as caches hand it on: with the state before it, so that a selector that stops matching can become a DELETED event.
/// One instance is shared by all watchers of the process.
/// </summary>
public sealed class ResourceChange(ResourceEventKind kind, ResourceSnapshot current, ResourceSnapshot? previous)
{
    public ResourceEventKind Kind { get; } = kind;

    /// <summary>State after the change; for a deletion the last state at the version of the deletion.</summary>
    public ResourceSnapshot Current { get; } = current;

    /// <summary>State before the change; null when it was added.</summary>
    public ResourceSnapshot? Previous { get; } = previous;

    public ResourceVersion Version => Current.Version;

    /// <summary>
    /// Slot where a consumer keeps what it computed from this change for everyone (e.g. the encoded watch frame). Written at most once
    /// per encoding, read by many; racing writers produce equal values.
    /// </summary>
    public System.Collections.Concurrent.ConcurrentDictionary<string, ReadOnlyMemory<byte>> Encodings =>
        LazyInitializer.EnsureInitialized(ref field, static () => new(StringComparer.Ordinal));
}
