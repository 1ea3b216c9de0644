using Crescent.Chaos.History;

namespace Crescent.Chaos.Checking;

/// <summary>
/// Walks the states of one object and asks of each whether it follows from the one before by a write that was asked for, and by nothing
/// else. States nobody saw can only stem from writes of unknown outcome, since the others tell their version.
/// </summary>
internal sealed class LifeCheck(ObjectTimeline timeline, IReadOnlyDictionary<string, Operation> writers, List<Violation> violations)
{
    private readonly HashSet<string> _happened = new(StringComparer.Ordinal);

    public void Run()
    {
        TimelineEntry? before = null;
        foreach (var entry in timeline.Entries)
        {
            if (entry.IsDeletion)
            {
                CheckDeletion(before, entry);
            }
            else
            {
                CheckState(before is { IsDeletion: false } live ? live.State : null, entry.State);
            }

            before = entry;
        }

        foreach (var twice in timeline.Operations
            .Where(operation => operation is { Kind: OperationKind.Delete, Outcome: OperationOutcome.Succeeded, State: not null })
            .GroupBy(operation => operation.State!.Uid, StringComparer.Ordinal).Where(group => group.Count() > 1))
        {
            Report(ViolationKind.RepeatedWrite, $"{timeline.Name} ({twice.Key}) was deleted {twice.Count()} times: {string.Join("; ", twice)}");
        }
    }

    private void CheckDeletion(TimelineEntry? before, TimelineEntry deletion)
    {
        if (!timeline.MayBeDeleted(deletion.State.Uid))
        {
            Report(ViolationKind.PhantomWrite, $"nobody deleted {deletion.State}");
        }

        if (before is not { IsDeletion: false } live || live.State.Uid != deletion.State.Uid)
        {
            // The incarnation itself was never seen: then its creation has an unknown outcome, and so has whatever ended the one before.
            var creator = deletion.State.Base is { } token ? writers.GetValueOrDefault(token) : null;
            if (creator is not { IsUnknownWrite: true })
            {
                Report(ViolationKind.BrokenLife, $"{deletion.State} was deleted and was not there: {before?.State}");
            }

            return;
        }

        CheckTokens(live.State, deletion.State);
    }

    private void CheckState(ObjectState? before, ObjectState state)
    {
        if (before is null || before.Uid != state.Uid)
        {
            if (before is not null && !timeline.MayBeDeleted(before.Uid))
            {
                Report(ViolationKind.BrokenLife, $"{before} became {state} without being deleted");
            }

            var creator = state.Base is { } token ? writers.GetValueOrDefault(token) : null;
            var wasCreated = creator?.Kind == OperationKind.Create
                || timeline.Operations.Any(operation => operation is { Kind: OperationKind.Create, IsUnknownWrite: true });
            if (!wasCreated)
            {
                Report(ViolationKind.BrokenLife, $"{state} was not created: {creator}");
            }

            CheckTokens(null, state);
            return;
        }

        CheckTokens(before, state);
    }

    /// <summary>Each value that is new must come from a write that may have happened just here.</summary>
    private void CheckTokens(ObjectState? before, ObjectState state)
    {
        var isReplaced = before is null || before.Base != state.Base;
        if (!isReplaced && before!.Data.Keys.FirstOrDefault(key => !state.Data.ContainsKey(key)) is { } vanished)
        {
            Report(ViolationKind.LostUpdate, $"{vanished} is gone from {state}, was {before}");
        }

        var news = state.Data.Where(pair => before is null || isReplaced || before.Data.GetValueOrDefault(pair.Key) != pair.Value).ToArray();
        foreach (var (key, token) in news)
        {
            if (!writers.TryGetValue(token, out var writer) || writer.Name != state.Name)
            {
                Report(ViolationKind.PhantomWrite, $"nobody wrote {key}={token} of {state}");
                continue;
            }

            CheckWriter(writer, before, state, news.Length);
        }
    }

    private void CheckWriter(Operation writer, ObjectState? before, ObjectState state, int news)
    {
        if (writer.Outcome == OperationOutcome.Succeeded && writer.State!.Version != state.Version)
        {
            Report(ViolationKind.LostUpdate, $"{state} follows {before}, yet {writer}");
            return;
        }

        if (writer.Outcome is not (OperationOutcome.Succeeded or OperationOutcome.Unknown))
        {
            Report(ViolationKind.PhantomWrite, $"{state} shows a write that was refused: {writer}");
            return;
        }

        if (!_happened.Add(writer.Token!))
        {
            Report(ViolationKind.RepeatedWrite, $"{state} shows for the second time {writer}");
        }

        if (writer.Kind == OperationKind.Create && before?.Uid == state.Uid)
        {
            Report(ViolationKind.BrokenLife, $"{writer} created over {before}");
        }

        // With more than one new value the replacement was followed by patches of unknown outcome, and what it replaced may be unseen.
        if (writer.Kind == OperationKind.Replace && news == 1 && (before is null || before.Uid != state.Uid || before.Version != writer.Expected)
            && !IsExplainedByUnseen(writer, before))
        {
            Report(ViolationKind.StaleWrite, $"{state} replaced {before?.ToString() ?? "nothing"}: {writer}");
        }
    }

    /// <summary>The client has seen the version it names, so it is in the timeline: in between there may only be a deletion nobody saw.</summary>
    private static bool IsExplainedByUnseen(Operation writer, ObjectState? before) => before is not null && before.Version < writer.Expected;

    private void Report(ViolationKind kind, string message) => violations.Add(new(kind, message));
}
