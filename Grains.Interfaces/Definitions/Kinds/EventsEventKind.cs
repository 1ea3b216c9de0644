using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Crescent.Definitions.Kinds;

/// <summary>events.k8s.io/v1, a view of the stored core events.</summary>
internal static class EventsEventKind
{
    private static readonly (string Stored, string Served)[] Names =
    [
        ("involvedObject", "regarding"), ("message", "note"), ("source", "deprecatedSource"), ("firstTimestamp", "deprecatedFirstTimestamp"),
        ("lastTimestamp", "deprecatedLastTimestamp"), ("count", "deprecatedCount"), ("reportingComponent", "reportingController"),
    ];

    public static ResourceDefinition Definition { get; } = EventKind.Definition with
    {
        Group = "events.k8s.io",
        StoredGroup = "",
        SchemaType = "k8s.io.api.events.v1.Event",
        SelectableFields =
        [
            "regarding.kind", "regarding.namespace", "regarding.name", "regarding.uid", "regarding.apiVersion", "regarding.resourceVersion",
            "regarding.fieldPath", "reason", "reportingController", "type",
        ],
        FieldAliases = ((string[])["kind", "namespace", "name", "uid", "apiVersion", "resourceVersion", "fieldPath"])
            .ToImmutableDictionary(static field => $"regarding.{field}", static field => $"involvedObject.{field}")
            .Add("reportingController", "reportingComponent"),
        Conversion = new(ToStored, FromStored),
    };

    private static void ToStored(JsonObject item)
    {
        item["apiVersion"] = "v1";
        foreach (var (stored, served) in Names)
        {
            VersionConversion.Rename(item, served, stored);
        }
    }

    private static void FromStored(JsonObject item)
    {
        item["apiVersion"] = "events.k8s.io/v1";
        foreach (var (stored, served) in Names)
        {
            VersionConversion.Rename(item, stored, served);
        }

        // The two are always shown, empty or not.
        item.TryAdd("eventTime", null);
        item.TryAdd("reason", "");
    }
}
