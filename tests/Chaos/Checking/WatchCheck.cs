using Crescent.Chaos.History;

namespace Crescent.Chaos.Checking;

/// <summary>One watcher between two lists: every committed version, in order, none twice, with the right word.</summary>
internal sealed class WatchCheck(
    WatchSegment segment, long finalVersion, IReadOnlyDictionary<string, ObjectTimeline> timelines, CheckOptions options, List<Violation> violations)
{
    private readonly Dictionary<string, ObjectState> _view = segment.Initial.ToDictionary(item => item.Name, StringComparer.Ordinal);
    private readonly HashSet<long> _seen = [];

    public int Coalesced { get; private set; }

    public void Run()
    {
        var position = segment.Start;
        foreach (var change in segment.Events)
        {
            if (change.State.Version <= position)
            {
                Report(ViolationKind.WatchOutOfOrder, $"{change.Kind} {change.State} (session {change.Session}) after version {position}");
            }

            position = Math.Max(position, change.State.Version);
            _seen.Add(change.State.Version);
            Apply(change);
        }

        if (segment.IsLast && segment.Through < finalVersion)
        {
            Report(ViolationKind.WatchStuck, $"at version {segment.Through}, the end is {finalVersion}");
        }

        foreach (var timeline in timelines.Values)
        {
            CheckComplete(timeline);
        }
    }

    private void Apply(WatchEvent change)
    {
        var had = _view.GetValueOrDefault(change.State.Name);
        var isRight = change.Kind == WatchEventKind.Added ? had is null : had is not null;
        if (!isRight && options.AllowsCoalescing)
        {
            // The word follows from what the silo has seen itself.
            Coalesced++;
        }
        else if (!isRight)
        {
            Report(ViolationKind.WatchMislabeled, $"{change.Kind} {change.State} (session {change.Session}), the watcher has {had?.ToString() ?? "nothing"}");
        }

        if (change.Kind == WatchEventKind.Deleted)
        {
            _view.Remove(change.State.Name);
        }
        else
        {
            _view[change.State.Name] = change.State;
        }
    }

    private void CheckComplete(ObjectTimeline timeline)
    {
        var last = timeline.IndexAt(segment.Through);
        for (var index = last; index >= 0 && timeline.Entries[index].Version > segment.Start; index--)
        {
            var entry = timeline.Entries[index];
            if (_seen.Contains(entry.Version))
            {
                continue;
            }

            if (options.AllowsCoalescing && index < last)
            {
                Coalesced++;
            }
            else
            {
                Report(ViolationKind.WatchMissed, $"{(entry.IsDeletion ? "the deletion of " : "")}{entry.State}");
            }
        }
    }

    private void Report(ViolationKind kind, string message) =>
        violations.Add(new(kind, $"watcher {segment.Watcher} from {segment.Start} through {segment.Through}: {message}"));
}
