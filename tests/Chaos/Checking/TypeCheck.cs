using Crescent.Chaos.History;

namespace Crescent.Chaos.Checking;

/// <summary>
/// What holds over all objects of the type: versions only grow (a write or list that begins after something was known gets a higher
/// version), and a list is the state of all objects at its version.
/// </summary>
internal sealed class TypeCheck(RunHistory history, IReadOnlyDictionary<string, ObjectTimeline> timelines, List<Violation> violations)
{
    public void Run()
    {
        CheckVersions();
        foreach (var list in history.Operations.Where(operation => operation is { Kind: OperationKind.List, Outcome: OperationOutcome.Succeeded }))
        {
            CheckSnapshot($"{list}", list.ListVersion, list.Items);
        }

        foreach (var segment in history.Segments)
        {
            CheckSnapshot($"watcher {segment.Watcher}'s list @{segment.Start}", segment.Start, segment.Initial);
        }
    }

    private void CheckVersions()
    {
        var points = new List<(long Time, bool IsEnd, Operation Operation)>();
        foreach (var operation in history.Operations.Where(operation => VersionOf(operation) > 0))
        {
            points.Add((operation.Invoked, false, operation));
            points.Add((operation.Returned, true, operation));
        }

        points.Sort(static (left, right) => left.Time != right.Time ? left.Time.CompareTo(right.Time) : left.IsEnd.CompareTo(right.IsEnd));
        long known = 0;
        Operation? source = null;
        foreach (var (_, isEnd, operation) in points)
        {
            var version = VersionOf(operation);
            if (isEnd && version > known)
            {
                (known, source) = (version, operation);
            }
            else if (!isEnd && operation.IsWrite ? version <= known : !isEnd && operation.Kind == OperationKind.List && version < known)
            {
                violations.Add(new(ViolationKind.VersionWentBack, $"{operation} began after the end of {source}"));
            }
        }
    }

    private static long VersionOf(Operation operation) => operation.Outcome != OperationOutcome.Succeeded ? 0
        : operation.Kind == OperationKind.List ? operation.ListVersion
        : operation.Kind == OperationKind.Delete ? 0
        : operation.State!.Version;

    private void CheckSnapshot(string what, long version, IReadOnlyList<ObjectState> items)
    {
        var shown = items.ToDictionary(item => item.Name, StringComparer.Ordinal);
        foreach (var timeline in timelines.Values)
        {
            var index = timeline.IndexAt(version);
            var entry = index < 0 ? (TimelineEntry?)null : timeline.Entries[index];
            var item = shown.GetValueOrDefault(timeline.Name);
            var isRight = item is null
                ? entry is not { IsDeletion: false } live || (timeline.DeletionOf(live.State.Uid) is null && timeline.MayBeDeleted(live.State.Uid))
                : entry is { IsDeletion: false } expected && expected.Version == item.Version;
            if (!isRight)
            {
                violations.Add(new(
                    ViolationKind.TornList,
                    $"{what} shows {item?.ToString() ?? $"no {timeline.Name}"}, at that version it is {(entry is { IsDeletion: false } ? entry.Value.State.ToString() : $"absent ({entry?.State})")}"));
            }
        }
    }
}
