using Crescent.Identity;
using Crescent.Watching;

namespace Crescent.Grains.Reconciling;

/// <summary>Nudges being collected, merged by target: a burst of changes becomes one nudge per reconciler.</summary>
internal sealed class NudgeBatch
{
    private readonly Dictionary<GrainId, Dictionary<ResourceType, ResourceVersion>?> _targets = [];

    public int Count => _targets.Count;

    /// <summary>Targets with the newest version per type each of them has to see.</summary>
    public IEnumerable<(GrainId Target, Nudge Nudge)> Drain()
    {
        foreach (var (target, seen) in _targets)
        {
            yield return (target, seen is null ? Nudge.Plain : new() { Seen = [.. seen.Select(static pair => ToSeen(pair))] });
        }

        _targets.Clear();
    }

    /// <summary>A nudge without a version.</summary>
    public void Add(GrainType controller, string key) => _targets.TryAdd(GrainId.Create(controller, key), null);

    public void Add(GrainType controller, ResourceKey key) => Add(controller, key.ToGrainKey());

    /// <summary>A nudge because <paramref name="type"/> has reached <paramref name="version"/>.</summary>
    public void Add(GrainType controller, string key, ResourceType type, ResourceVersion version)
    {
        var target = GrainId.Create(controller, key);
        if (!_targets.TryGetValue(target, out var seen) || seen is null)
        {
            _targets[target] = seen = [];
        }

        if (!seen.TryGetValue(type, out var known) || known < version)
        {
            seen[type] = version;
        }
    }

    public void Add(GrainType controller, ResourceKey key, ResourceChange change) => Add(controller, key.ToGrainKey(), change);

    public void Add(GrainType controller, string key, ResourceChange change) =>
        Add(controller, key, change.Current.Key.Type, change.Version);

    private static SeenVersion ToSeen(KeyValuePair<ResourceType, ResourceVersion> pair) => new() { Type = pair.Key, Version = pair.Value };
}
