using Crescent.Chaos.History;

namespace Crescent.Chaos.Workload;

/// <summary>One line of a watch.</summary>
/// <param name="Kind">Null for bookmarks and errors.</param>
/// <param name="State">With <paramref name="Kind"/>.</param>
/// <param name="Bookmark">Version of a bookmark, 0 for none.</param>
/// <param name="IsExpired">410: list again.</param>
internal readonly record struct WatchFrame(WatchEventKind? Kind, ObjectState? State, long Bookmark, bool IsExpired)
{
    public static WatchFrame Expired { get; } = new(null, null, 0, IsExpired: true);

    public static WatchFrame At(long version) => new(null, null, version, IsExpired: false);

    public static WatchFrame Of(WatchEventKind kind, ObjectState state) => new(kind, state, 0, IsExpired: false);
}
