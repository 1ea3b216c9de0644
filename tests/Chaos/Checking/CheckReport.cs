namespace Crescent.Chaos.Checking;

/// <summary>What became of checking one history.</summary>
/// <param name="Violations">Empty when the history is right.</param>
/// <param name="Operations">Operations that were checked.</param>
/// <param name="UnknownOutcomes">Of these, writes whose outcome the client never learnt.</param>
/// <param name="WatchEvents">Events of all watchers that were checked.</param>
/// <param name="Coalesced">Versions a watcher did not see because a newer state of the object took their place.</param>
internal sealed record CheckReport(
    IReadOnlyList<Violation> Violations, int Operations, int UnknownOutcomes, int WatchEvents, int Coalesced);
