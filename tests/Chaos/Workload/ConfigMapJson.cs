using System.Globalization;
using System.Text.Json;
using Crescent.Chaos.History;

namespace Crescent.Chaos.Workload;

/// <summary>ConfigMaps as tokens, and back.</summary>
internal static class ConfigMapJson
{
    public static string Create(string name, string token) =>
        $$$"""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"{{{name}}}"},"data":{"{{{ObjectState.BaseKey}}}":"{{{token}}}"}}""";

    public static string Replace(string name, string token, long expected) =>
        $$$"""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"{{{name}}}","resourceVersion":"{{{expected}}}"},"data":{"{{{ObjectState.BaseKey}}}":"{{{token}}}"}}""";

    public static string Patch(string key, string token) => $$$"""{"data":{"{{{key}}}":"{{{token}}}"}}""";

    public static ObjectState Read(JsonElement item)
    {
        var metadata = item.GetProperty("metadata");
        var data = new Dictionary<string, string>(StringComparer.Ordinal);
        if (item.TryGetProperty("data", out var values) && values.ValueKind == JsonValueKind.Object)
        {
            foreach (var value in values.EnumerateObject())
            {
                data[value.Name] = value.Value.GetString()!;
            }
        }

        return new(metadata.GetProperty("name").GetString()!, VersionOf(metadata), metadata.GetProperty("uid").GetString()!, data);
    }

    public static long VersionOf(JsonElement metadata) =>
        long.Parse(metadata.GetProperty("resourceVersion").GetString()!, CultureInfo.InvariantCulture);

    /// <summary>Whether the object is one of the clients': every namespace gets a ConfigMap with the root certificate by itself.</summary>
    public static bool IsOurs(JsonElement item) => item.GetProperty("metadata").GetProperty("name").GetString() != "kube-root-ca.crt";

    public static WatchFrame ReadFrame(string line)
    {
        using var document = JsonDocument.Parse(line);
        var item = document.RootElement.GetProperty("object");
        if (item.GetProperty("metadata").TryGetProperty("name", out _) && !IsOurs(item))
        {
            return WatchFrame.At(VersionOf(item.GetProperty("metadata")));
        }

        return document.RootElement.GetProperty("type").GetString() switch
        {
            "ADDED" => WatchFrame.Of(WatchEventKind.Added, Read(item)),
            "MODIFIED" => WatchFrame.Of(WatchEventKind.Modified, Read(item)),
            "DELETED" => WatchFrame.Of(WatchEventKind.Deleted, Read(item)),
            "BOOKMARK" => WatchFrame.At(VersionOf(item.GetProperty("metadata"))),
            "ERROR" when item.GetProperty("code").GetInt32() == 410 => WatchFrame.Expired,
            _ => throw new InvalidDataException($"A watch sent {line}"),
        };
    }
}
