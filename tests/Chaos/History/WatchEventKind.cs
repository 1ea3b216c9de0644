namespace Crescent.Chaos.History;

internal enum WatchEventKind
{
    Added = 0,
    Modified = 1,
    Deleted = 2,
}
