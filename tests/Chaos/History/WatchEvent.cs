namespace Crescent.Chaos.History;

/// <param name="Kind">As sent.</param>
/// <param name="State">As sent; the version is the position of the event.</param>
/// <param name="Session">Which connection of the watcher brought it.</param>
internal readonly record struct WatchEvent(WatchEventKind Kind, ObjectState State, int Session);
