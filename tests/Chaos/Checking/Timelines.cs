using Crescent.Chaos.History;

namespace Crescent.Chaos.Checking;

/// <summary>Builds the timelines of a history out of every answer and every event.</summary>
internal static class Timelines
{
    public static IReadOnlyDictionary<string, ObjectTimeline> Build(RunHistory history, List<Violation> violations)
    {
        var entries = new Dictionary<long, TimelineEntry>();
        foreach (var operation in history.Operations.Where(operation => operation.Outcome == OperationOutcome.Succeeded))
        {
            if (operation is { State: { } state, Kind: not OperationKind.Delete })
            {
                Add(entries, new(state, IsDeletion: false), violations);
            }

            foreach (var item in operation.Items)
            {
                Add(entries, new(item, IsDeletion: false), violations);
            }
        }

        foreach (var segment in history.Segments)
        {
            foreach (var item in segment.Initial)
            {
                Add(entries, new(item, IsDeletion: false), violations);
            }

            foreach (var change in segment.Events)
            {
                Add(entries, new(change.State, change.Kind == WatchEventKind.Deleted), violations);
            }
        }

        var states = entries.Values.OrderBy(entry => entry.Version).ToLookup(entry => entry.State.Name, StringComparer.Ordinal);
        var operations = history.Operations.Where(operation => operation.Name.Length > 0).ToLookup(operation => operation.Name, StringComparer.Ordinal);
        return states.Select(group => group.Key).Union(operations.Select(group => group.Key), StringComparer.Ordinal)
            .ToDictionary(name => name, name => new ObjectTimeline(name, [.. states[name]], [.. operations[name]]), StringComparer.Ordinal);
    }

    private static void Add(Dictionary<long, TimelineEntry> entries, TimelineEntry entry, List<Violation> violations)
    {
        if (!entries.TryAdd(entry.Version, entry) && entries[entry.Version] is var known
            && (known.IsDeletion != entry.IsDeletion || !known.State.HasSameContent(entry.State)))
        {
            violations.Add(new(
                ViolationKind.AmbiguousVersion,
                $"version {entry.Version} is both {Describe(known)} and {Describe(entry)}"));
        }
    }

    private static string Describe(TimelineEntry entry) => entry.IsDeletion ? $"the deletion of {entry.State}" : entry.State.ToString();
}
