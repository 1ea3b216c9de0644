using Crescent.Api.Encoding.Json;
using Crescent.Api.Selectors;
using Crescent.Watching;

namespace Crescent.Api.Watching;

/// <summary>How a change looks through a filter: an object that begins to match is added, one that ceases to match is deleted.</summary>
internal static class WatchTransition
{
    /// <summary>Null when the watcher sees nothing of it.</summary>
    public static (string Type, byte[] Body)? See(ResourceChange change, ObjectFilter filter)
    {
        var matches = filter.Matches(change.Current);
        if (change.Kind == ResourceEventKind.Deleted)
        {
            // The last state carries what matched before; a deletion that only the previous state matched shows as well.
            var matched = change.Previous is null ? matches : filter.Matches(change.Previous);
            return matched ? ("DELETED", change.Current.Body) : null;
        }

        var matchedBefore = change.Previous is not null && filter.Matches(change.Previous);
        return (matchedBefore, matches) switch
        {
            (false, true) => ("ADDED", change.Current.Body),
            (true, true) => ("MODIFIED", change.Current.Body),
            (true, false) => ("DELETED", ObjectSlices.WithVersion(change.Previous!.Body, change.Version.ToString())),
            _ => null,
        };
    }
}
