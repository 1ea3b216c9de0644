using Crescent.Identity;
using Crescent.Resources;

namespace Crescent.Grains.Reconciling;

/// <summary>Parses each state of an object once per reconciler activation; what is no longer asked for goes away.</summary>
internal sealed class SnapshotMemo<T>(Func<ResourceSnapshot, T> parse)
{
    private Dictionary<string, (ResourceVersion Version, T Value)> _known = [];

    /// <summary>Facts of <paramref name="snapshots"/>, in their order.</summary>
    public List<T> Read(IEnumerable<ResourceSnapshot> snapshots)
    {
        var next = new Dictionary<string, (ResourceVersion, T)>(_known.Count, StringComparer.Ordinal);
        var values = new List<T>(_known.Count);
        foreach (var snapshot in snapshots)
        {
            var value = _known.TryGetValue(snapshot.Uid, out var known) && known.Version == snapshot.Version ? known.Value : parse(snapshot);
            next[snapshot.Uid] = (snapshot.Version, value);
            values.Add(value);
        }

        _known = next;
        return values;
    }
}
