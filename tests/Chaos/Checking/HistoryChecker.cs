using Crescent.Chaos.History;

namespace Crescent.Chaos.Checking;

/// <summary>Decides whether a history is one a correct server could have given. Pure; linear but for sorting.</summary>
internal static class HistoryChecker
{
    public static CheckReport Check(RunHistory history, CheckOptions? options = null)
    {
        var violations = new List<Violation>();
        var timelines = Timelines.Build(history, violations);
        var writers = history.Operations.Where(operation => operation.Token is not null)
            .ToDictionary(operation => operation.Token!, StringComparer.Ordinal);
        Operation[] lists = [.. history.Operations.Where(operation => operation is { Kind: OperationKind.List, Outcome: OperationOutcome.Succeeded })];
        foreach (var timeline in timelines.Values)
        {
            new LifeCheck(timeline, writers, violations).Run();
            new OrderCheck(timeline, lists, violations).Run();
        }

        new TypeCheck(history, timelines, violations).Run();
        var coalesced = 0;
        foreach (var segment in history.Segments)
        {
            var check = new WatchCheck(segment, history.FinalVersion, timelines, options ?? new(), violations);
            check.Run();
            coalesced += check.Coalesced;
        }

        return new(
            violations, history.Operations.Count, history.Operations.Count(operation => operation.IsUnknownWrite),
            history.Segments.Sum(segment => segment.Events.Count), coalesced);
    }
}
