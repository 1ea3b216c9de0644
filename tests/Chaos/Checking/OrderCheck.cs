using Crescent.Chaos.History;

namespace Crescent.Chaos.Checking;

/// <summary>
/// Decides linearizability of one object. Every answer says between which positions its operation can stand (positions are doubled
/// versions, so that there is room between two). Walking through time, each operation takes the lowest position that is not below those
/// of operations that had ended before it began. Taking the lowest is best for all that follow, so failing once means there is no order.
/// </summary>
internal sealed class OrderCheck(ObjectTimeline timeline, IReadOnlyList<Operation> lists, List<Violation> violations)
{
    private const long End = long.MaxValue;

    private readonly List<(long Low, long High)> _absent = AbsentSpans(timeline);

    public void Run()
    {
        CheckDeletedStaysDeleted();
        var starts = new List<(long Time, bool IsEnd, int Index)>();
        var operations = timeline.Operations.Concat(lists).ToArray();
        for (var index = 0; index < operations.Length; index++)
        {
            starts.Add((operations[index].Invoked, false, index));
            if (operations[index].End != Operation.Never)
            {
                starts.Add((operations[index].End, true, index));
            }
        }

        // At the same tick beginnings come first: the two overlap.
        starts.Sort(static (left, right) => left.Time != right.Time ? left.Time.CompareTo(right.Time) : left.IsEnd.CompareTo(right.IsEnd));
        var positions = new long[operations.Length];
        long reached = long.MinValue;
        Operation? last = null;
        foreach (var (_, isEnd, index) in starts)
        {
            var operation = operations[index];
            if (isEnd)
            {
                if (positions[index] > reached)
                {
                    reached = positions[index];
                    last = operation;
                }

                continue;
            }

            if (Place(operation, reached) is { } position)
            {
                positions[index] = position;
            }
            else
            {
                positions[index] = reached;
                violations.Add(new(
                    ViolationKind.NotLinearizable, $"{timeline.Name}: {operation} began after the end of {last} (position {reached / 2})"));
            }
        }
    }

    /// <summary>The lowest position from <paramref name="reached"/> on, or null. An operation that says nothing stands anywhere.</summary>
    private long? Place(Operation operation, long reached)
    {
        switch (operation.Outcome)
        {
            case OperationOutcome.Succeeded:
                break;
            case OperationOutcome.Absent:
                return Lowest(_absent, reached);
            case OperationOutcome.Present or OperationOutcome.Conflicting:
                return Lowest(PresentSpans(operation), reached);
            default:
                return long.MinValue;
        }

        switch (operation.Kind)
        {
            case OperationKind.List:
                var at = (operation.ListVersion * 2) + 1;
                return at >= reached ? at : null;
            case OperationKind.Delete:
                return PlaceDeletion(operation, reached);
            case OperationKind.Get:
                return Lowest([SpanOf(timeline.IndexAt(operation.State!.Version))], reached);
            default:
                var position = operation.State!.Version * 2;
                return position > reached ? position : null;
        }
    }

    private long? PlaceDeletion(Operation operation, long reached)
    {
        var uid = operation.State?.Uid ?? "";
        if (timeline.DeletionOf(uid) is { } version)
        {
            return version * 2 > reached ? version * 2 : null;
        }

        return timeline.LastLiveOf(uid) is { } live ? Math.Max(reached, (live * 2) + 1) : long.MinValue;
    }

    /// <summary>Where an AlreadyExists or a conflict can stand; anywhere once writes of unknown outcome may have made states nobody saw.</summary>
    private List<(long Low, long High)> PresentSpans(Operation operation)
    {
        if (timeline.Operations.Any(other => other.IsUnknownWrite && other.Invoked < operation.Returned))
        {
            return [(long.MinValue, End)];
        }

        var spans = new List<(long Low, long High)>();
        for (var index = 0; index < timeline.Entries.Count; index++)
        {
            var entry = timeline.Entries[index];
            if (!entry.IsDeletion && (operation.Outcome == OperationOutcome.Present || entry.Version != operation.Expected))
            {
                spans.Add(SpanOf(index));
            }
        }

        return spans;
    }

    /// <summary>From a version to just before the next.</summary>
    private (long Low, long High) SpanOf(int index) => (
        timeline.Entries[index].Version * 2,
        index + 1 < timeline.Entries.Count ? (timeline.Entries[index + 1].Version * 2) - 1 : End);

    private static long? Lowest(List<(long Low, long High)> spans, long reached)
    {
        foreach (var (low, high) in spans)
        {
            if (high >= reached)
            {
                return Math.Max(low, reached);
            }
        }

        return null;
    }

    private static List<(long Low, long High)> AbsentSpans(ObjectTimeline timeline)
    {
        var spans = new List<(long Low, long High)>();
        var start = long.MinValue;
        var isAbsent = true;
        for (var index = 0; index < timeline.Entries.Count; index++)
        {
            var entry = timeline.Entries[index];
            if (entry.IsDeletion)
            {
                start = entry.Version * 2;
                isAbsent = true;
                continue;
            }

            if (!isAbsent && timeline.Entries[index - 1].State.Uid != entry.State.Uid)
            {
                // Deleted in between, and nobody saw when.
                start = (timeline.Entries[index - 1].Version * 2) + 1;
                isAbsent = true;
            }

            if (isAbsent)
            {
                spans.Add((start, (entry.Version * 2) - 1));
                isAbsent = false;
            }
        }

        if (!isAbsent && timeline.MayBeDeleted(timeline.Entries[^1].State.Uid))
        {
            start = (timeline.Entries[^1].Version * 2) + 1;
            isAbsent = true;
        }

        if (isAbsent)
        {
            spans.Add((start, End));
        }

        return spans;
    }

    /// <summary>Also where nobody saw the version of a deletion: after its acknowledgement that incarnation is never seen again.</summary>
    private void CheckDeletedStaysDeleted()
    {
        var ends = new Dictionary<string, Operation>(StringComparer.Ordinal);
        foreach (var operation in timeline.Operations)
        {
            if (operation is { Kind: OperationKind.Delete, Outcome: OperationOutcome.Succeeded, State: { } state })
            {
                ends[state.Uid] = operation;
            }
        }

        foreach (var operation in timeline.Operations)
        {
            if (operation is { Kind: not OperationKind.Delete, State: { } state } && ends.TryGetValue(state.Uid, out var end)
                && operation.Invoked > end.Returned)
            {
                violations.Add(new(ViolationKind.NotLinearizable, $"{operation} began after the end of {end}"));
            }
        }
    }
}
