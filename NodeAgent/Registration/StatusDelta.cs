using System.Text.Json.Nodes;

namespace Crescent.NodeAgent.Registration;

/// <summary>What to send of a status: the parts that differ from what was accepted last.</summary>
internal static class StatusDelta
{
    /// <summary>Null when nothing differs. Heartbeat times of conditions are no difference.</summary>
    public static JsonObject? Between(JsonObject? accepted, JsonObject current)
    {
        var delta = new JsonObject();
        foreach (var (name, value) in current)
        {
            if (accepted is null || !JsonNode.DeepEquals(Comparable(accepted[name]), Comparable(value)))
            {
                delta[name] = value?.DeepClone();
            }
        }

        return delta.Count == 0 ? null : delta;
    }

    private static JsonNode? Comparable(JsonNode? part)
    {
        if (part is not JsonArray items)
        {
            return part;
        }

        var copy = (JsonArray)items.DeepClone();
        foreach (var item in copy.OfType<JsonObject>())
        {
            item.Remove("lastHeartbeatTime");
            item.Remove("lastTransitionTime");
        }

        return copy;
    }
}
