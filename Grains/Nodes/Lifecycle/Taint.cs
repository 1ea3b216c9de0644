using System.Text.Json;
using System.Text.Json.Nodes;
using Crescent.Grains.Reconciling;

namespace Crescent.Grains.Nodes.Lifecycle;

/// <summary>One of <c>spec.taints</c>.</summary>
internal sealed record Taint(string Key, string Value, string Effect, DateTimeOffset? AddedAt)
{
    public static Taint Of(JsonElement taint) => new(
        taint.At("key").Text() ?? "", taint.At("value").Text() ?? "", taint.At("effect").Text() ?? "", taint.At("timeAdded").Time());

    public JsonObject ToJson()
    {
        var json = new JsonObject { ["key"] = Key };
        if (Value.Length > 0)
        {
            json["value"] = Value;
        }

        json["effect"] = Effect;
        if (AddedAt is { } time)
        {
            json["timeAdded"] = time.ToKubernetesTime();
        }

        return json;
    }
}
