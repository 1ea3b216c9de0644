using System.Text.Json;
using System.Text.Json.Nodes;
using Crescent.Grains.Reconciling;

namespace Crescent.Grains.Events;

/// <summary>Bodies of core/v1 events.</summary>
internal static class EventBody
{
    public static byte[] Create(EventWrite write)
    {
        var occurrence = write.Occurrence;
        var subject = occurrence.Subject;
        var involved = new JsonObject { ["kind"] = subject.Kind };
        AddText(involved, "namespace", subject.Namespace);
        involved["name"] = subject.Name;
        AddText(involved, "uid", subject.Uid);
        involved["apiVersion"] = subject.ApiVersion;
        AddText(involved, "resourceVersion", subject.ResourceVersion);
        AddText(involved, "fieldPath", subject.FieldPath);
        var source = new JsonObject { ["component"] = occurrence.Component };
        AddText(source, "host", occurrence.Host);
        return JsonSerializer.SerializeToUtf8Bytes(new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Event",
            ["metadata"] = new JsonObject { ["name"] = write.Key.Name, ["namespace"] = write.Key.Namespace },
            ["involvedObject"] = involved,
            ["reason"] = occurrence.Reason,
            ["message"] = write.Message,
            ["source"] = source,
            ["firstTimestamp"] = write.FirstAt.ToKubernetesTime(),
            ["lastTimestamp"] = occurrence.At.ToKubernetesTime(),
            ["count"] = write.Count,
            ["type"] = occurrence.Type,
            ["eventTime"] = null,
            ["reportingComponent"] = occurrence.Component,
            ["reportingInstance"] = occurrence.Host,
        });
    }

    public static byte[] CountPatch(EventWrite write) => JsonSerializer.SerializeToUtf8Bytes(new JsonObject
    {
        ["count"] = write.Count, ["lastTimestamp"] = write.Occurrence.At.ToKubernetesTime(), ["message"] = write.Message,
    });

    private static void AddText(JsonObject target, string name, string text)
    {
        if (text.Length > 0)
        {
            target[name] = text;
        }
    }
}
