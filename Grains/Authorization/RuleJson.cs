using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Crescent.Authorization;

namespace Crescent.Grains.Authorization;

/// <summary>Rules as they stand in roles.</summary>
internal static class RuleJson
{
    public static JsonNode Write(PolicyRule rule)
    {
        var node = new JsonObject();
        Add(node, "apiGroups", rule.ApiGroups);
        Add(node, "nonResourceURLs", rule.NonResourceUrls);
        Add(node, "resourceNames", rule.ResourceNames);
        Add(node, "resources", rule.Resources);
        Add(node, "verbs", rule.Verbs);
        return node;
    }

    private static void Add(JsonObject node, string name, ImmutableArray<string> values)
    {
        if (!values.IsEmpty)
        {
            node[name] = new JsonArray([.. values.Select(static value => (JsonNode)value)]);
        }
    }
}
