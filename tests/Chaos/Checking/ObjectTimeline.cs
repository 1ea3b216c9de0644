using Crescent.Chaos.History;

namespace Crescent.Chaos.Checking;

/// <summary>
/// All versions of one object that anybody saw, in order. Versions are unique and ordered, so what is a search in general is a walk here:
/// where an operation stands follows from the version in its answer.
/// </summary>
internal sealed class ObjectTimeline
{
    private readonly Dictionary<string, long> _deletions = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _lastLive = new(StringComparer.Ordinal);

    public ObjectTimeline(string name, IReadOnlyList<TimelineEntry> entries, IReadOnlyList<Operation> operations)
    {
        Name = name;
        Entries = entries;
        Operations = operations;
        foreach (var entry in entries)
        {
            if (entry.IsDeletion)
            {
                _deletions[entry.State.Uid] = entry.Version;
            }
            else
            {
                _lastLive[entry.State.Uid] = entry.Version;
            }
        }
    }

    public string Name { get; }

    public IReadOnlyList<TimelineEntry> Entries { get; }

    /// <summary>Operations on this object, lists not among them.</summary>
    public IReadOnlyList<Operation> Operations { get; }

    /// <summary>Version at which an incarnation was deleted; null when nobody saw it.</summary>
    public long? DeletionOf(string uid) => _deletions.TryGetValue(uid, out var version) ? version : null;

    /// <summary>Last version of an incarnation anybody saw.</summary>
    public long? LastLiveOf(string uid) => _lastLive.TryGetValue(uid, out var version) ? version : null;

    /// <summary>Whether some delete may have ended this incarnation though nobody saw the event.</summary>
    public bool MayBeDeleted(string uid) => Operations.Any(operation =>
        operation.Kind == OperationKind.Delete
        && (operation.IsUnknownWrite || (operation.Outcome == OperationOutcome.Succeeded && operation.State?.Uid == uid)));

    /// <summary>Index of the last entry at or below <paramref name="version"/>, −1 for none.</summary>
    public int IndexAt(long version)
    {
        int low = 0, high = Entries.Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (Entries[middle].Version <= version)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low - 1;
    }
}
