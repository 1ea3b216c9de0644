using System.Collections.Concurrent;
using Crescent.Identity;

namespace Crescent.Watching;

/// <summary>The sequencers active in this process; none in a front end. A retired one may be found for a moment: it refuses everything.</summary>
public sealed class LocalSequencers
{
    private readonly ConcurrentDictionary<ResourceType, ILocalSequencer> _active = new();

    /// <summary>Null when the sequencer of <paramref name="type"/> is active elsewhere, or nowhere.</summary>
    public ILocalSequencer? Find(ResourceType type) => _active.GetValueOrDefault(type);

    /// <summary>Makes <paramref name="sequencer"/> known; a predecessor is forgotten.</summary>
    public void Add(ResourceType type, ILocalSequencer sequencer) => _active[type] = sequencer;

    /// <summary>Forgets it, unless a successor has taken its place.</summary>
    public void Remove(ResourceType type, ILocalSequencer sequencer) => _active.TryRemove(new(type, sequencer));
}
