using System.Text.Json.Nodes;
using Crescent.Grains.Reconciling;

namespace Crescent.Grains.Nodes;

/// <summary>Merging of condition lists by type.</summary>
internal static class Conditions
{
    private static readonly string[] Times = ["lastTransitionTime", "lastProbeTime", "lastHeartbeatTime"];

    /// <summary>
    /// The stored list with the reported conditions put in. A condition that says the same as before stays as it is; lastTransitionTime
    /// moves only when the status changes; conditions nobody reported are kept.
    /// </summary>
    /// <param name="stored">Conditions in the object, may be null.</param>
    /// <param name="reported">Conditions of the one who reports, may be null.</param>
    /// <param name="now">For times the report leaves out.</param>
    /// <param name="hasHeartbeat">Node conditions also carry when they were last confirmed.</param>
    public static JsonArray Merge(JsonArray? stored, JsonArray? reported, DateTimeOffset now, bool hasHeartbeat)
    {
        var merged = new JsonArray();
        var news = (reported ?? []).OfType<JsonObject>().ToList();
        foreach (var old in (stored ?? []).OfType<JsonObject>())
        {
            var match = news.FindIndex(condition => TypeOf(condition) == TypeOf(old));
            merged.Add(match < 0 ? old.DeepClone() : Renew(old, news[match], now, hasHeartbeat));
            if (match >= 0)
            {
                news.RemoveAt(match);
            }
        }

        foreach (var condition in news)
        {
            merged.Add(Renew(null, condition, now, hasHeartbeat));
        }

        return merged;
    }

    public static JsonObject? Find(JsonNode? conditions, string type) =>
        (conditions as JsonArray)?.OfType<JsonObject>().FirstOrDefault(condition => TypeOf(condition) == type);

    public static string? Text(JsonNode? condition, string name) =>
        condition is JsonObject holder && holder[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private static string? TypeOf(JsonObject condition) => Text(condition, "type");

    private static JsonObject Renew(JsonObject? old, JsonObject reported, DateTimeOffset now, bool hasHeartbeat)
    {
        if (old is not null && JsonNode.DeepEquals(WithoutTimes(old), WithoutTimes(reported)))
        {
            return (JsonObject)old.DeepClone();
        }

        var renewed = (JsonObject)reported.DeepClone();
        var isTransition = old is null || Text(old, "status") != Text(reported, "status");
        renewed["lastTransitionTime"] = isTransition
            ? Text(reported, "lastTransitionTime") ?? now.ToKubernetesTime()
            : Text(old, "lastTransitionTime") ?? now.ToKubernetesTime();
        if (hasHeartbeat)
        {
            renewed["lastHeartbeatTime"] = now.ToKubernetesTime();
        }

        return renewed;
    }

    private static JsonObject WithoutTimes(JsonObject condition)
    {
        var copy = (JsonObject)condition.DeepClone();
        foreach (var time in Times)
        {
            copy.Remove(time);
        }

        // Go writes an empty reason or message as no field at all.
        foreach (var (name, value) in copy.ToArray())
        {
            if (value is null || Text(copy, name) == "")
            {
                copy.Remove(name);
            }
        }

        return copy;
    }
}
