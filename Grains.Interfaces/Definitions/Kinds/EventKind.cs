using System.Text.Json;

namespace Crescent.Definitions.Kinds;

internal static class EventKind
{
    public static ResourceDefinition Definition { get; } = new()
    {
        Group = "",
        Version = "v1",
        Kind = "Event",
        Plural = "events",
        Singular = "event",
        Scope = ResourceScope.Namespaced,
        SchemaType = "k8s.io.api.core.v1.Event",
        ShortNames = ["ev"],
        HasNameColumn = false,
        SelectableFields =
        [
            "involvedObject.kind", "involvedObject.namespace", "involvedObject.name", "involvedObject.uid", "involvedObject.apiVersion",
            "involvedObject.resourceVersion", "involvedObject.fieldPath", "reason", "reportingComponent",
            new SelectableField { Label = "source", Paths = ["source.component", "reportingComponent"] }, "type",
        ],
        Columns =
        [
            new("Last Seen", "string", "Time since the last occurrence.", static (item, now) => HumanDuration.Since(LastSeen(item), now)),
            Columns.Text("Type", "Normal or Warning.", static item => item.Text("type")),
            Columns.Text("Reason", "Short, machine-readable reason.", static item => item.Text("reason")),
            Columns.Text("Object", "What the event is about.", Object),
            Columns.Text("Subobject", "Part of the object.", static item => item.Text("involvedObject", "fieldPath"), priority: 1),
            Columns.Text("Source", "Who reported it.", Source, priority: 1),
            Columns.Text("Message", "What happened.", static item => item.Text("message").Trim()),
            new("First Seen", "string", "Time since the first occurrence.", static (item, now) => HumanDuration.Since(FirstSeen(item), now), Priority: 1),
            Columns.Integer("Count", "Number of occurrences.", Count, priority: 1),
            new("Name", "string", "Name of the event.", static (item, _) => item.Text("metadata", "name"), Priority: 1, Format: "name"),
        ],
    };

    private static string Component(JsonElement item) =>
        item.Text("source", "component") is { Length: > 0 } component ? component : item.Text("reportingComponent");

    private static string Source(JsonElement item)
    {
        var host = item.Text("source", "host") is { Length: > 0 } sourceHost ? sourceHost : item.Text("reportingInstance");
        return host.Length == 0 ? Component(item) : $"{Component(item)}, {host}";
    }

    private static string Object(JsonElement item)
    {
        var (kind, name) = (item.Text("involvedObject", "kind"), item.Text("involvedObject", "name"));
        return name.Length == 0 ? kind.ToLowerInvariant() : $"{kind.ToLowerInvariant()}/{name}";
    }

    private static DateTimeOffset? FirstSeen(JsonElement item) => item.Time("firstTimestamp") ?? item.Time("eventTime");

    private static DateTimeOffset? LastSeen(JsonElement item) =>
        item.Time("series", "lastObservedTime") ?? item.Time("lastTimestamp") ?? FirstSeen(item);

    private static long Count(JsonElement item) =>
        item.Has("series") ? item.Number("series", "count") : Math.Max(item.Number("count"), item.Has("eventTime") ? 1 : 0);
}
