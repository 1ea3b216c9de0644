namespace Crescent.Chaos.History;

/// <summary>Everything that was asked and seen while one set of names was in use.</summary>
/// <param name="Operations">In any order.</param>
/// <param name="Segments">Of all watchers.</param>
/// <param name="FinalVersion">Version of a write made after everything else; every watcher should have reached it.</param>
internal sealed record RunHistory(IReadOnlyList<Operation> Operations, IReadOnlyList<WatchSegment> Segments, long FinalVersion);
