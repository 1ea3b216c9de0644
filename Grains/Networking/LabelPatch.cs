using System.Text.Json.Nodes;

namespace Crescent.Grains.Networking;

/// <summary>Brings labels to a wanted set with a merge patch.</summary>
internal static class LabelPatch
{
    public static JsonObject ToJson(IEnumerable<KeyValuePair<string, string>> labels)
    {
        var json = new JsonObject();
        foreach (var (name, value) in labels)
        {
            json[name] = value;
        }

        return json;
    }

    /// <summary>Changed and added labels, and null for removed ones; null when nothing differs.</summary>
    public static JsonObject? Between(IReadOnlyDictionary<string, string> present, JsonObject wanted)
    {
        var changes = new JsonObject();
        foreach (var (name, value) in wanted)
        {
            if (!present.TryGetValue(name, out var known) || known != (string?)value)
            {
                changes[name] = (string?)value;
            }
        }

        foreach (var name in present.Keys.Where(name => !wanted.ContainsKey(name)))
        {
            changes[name] = null;
        }

        return changes.Count == 0 ? null : changes;
    }
}
