namespace Crescent.Chaos.History;

/// <summary>
/// What one watcher saw from one list until the next: any number of connections, each resumed from the last version of the one before.
/// A new segment begins when the server has forgotten the version (410) and the watcher lists again.
/// </summary>
internal sealed record WatchSegment
{
    public required int Watcher { get; init; }

    /// <summary>Version of the list it began with.</summary>
    public required long Start { get; init; }

    /// <summary>Items of that list.</summary>
    public required IReadOnlyList<ObjectState> Initial { get; init; }

    public required IReadOnlyList<WatchEvent> Events { get; init; }

    /// <summary>Everything up to this version must have been seen: that of the last event or bookmark.</summary>
    public required long Through { get; init; }

    /// <summary>The last segment of a watcher reaches to the end of the history.</summary>
    public required bool IsLast { get; init; }
}
