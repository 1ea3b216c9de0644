using System.Text.Json;
using System.Text.Json.Nodes;
using Crescent.Grains.Reconciling;
using Crescent.Resources;

namespace Crescent.Grains.Authorization;

/// <summary>
/// Rules of <see href="https://kubernetes.io/docs/reference/access-authn-authz/rbac/#aggregated-clusterroles">aggregated ClusterRoles</see>:
/// those of all roles their selectors match, by name, without repetition.
/// </summary>
internal static class AggregationPlanner
{
    /// <summary>The aggregated roles whose rules are to change, with the rules.</summary>
    public static IEnumerable<(ResourceSnapshot Role, JsonArray Rules)> Plan(IReadOnlyList<ResourceSnapshot> roles)
    {
        foreach (var role in roles)
        {
            var body = role.View();
            var selectors = body.At("aggregationRule", "clusterRoleSelectors");
            if (!selectors.Exists())
            {
                continue;
            }

            var rules = Collect(role, selectors, roles);
            if (!JsonNode.DeepEquals(rules, body.At("rules").ToArray()))
            {
                yield return (role, rules);
            }
        }
    }

    private static JsonArray Collect(ResourceSnapshot role, JsonElement selectors, IReadOnlyList<ResourceSnapshot> roles)
    {
        var rules = new JsonArray();
        foreach (var part in roles.Where(item => item.Key != role.Key && Matches(selectors, item)).OrderBy(static item => item.Key.Name, StringComparer.Ordinal))
        {
            foreach (var rule in part.View().At("rules").ToArray())
            {
                if (!rules.Any(known => JsonNode.DeepEquals(known, rule)))
                {
                    rules.Add(rule?.DeepClone());
                }
            }
        }

        return rules;
    }

    private static bool Matches(JsonElement selectors, ResourceSnapshot item)
    {
        foreach (var selector in selectors.Items())
        {
            if (MatchesOne(selector, item))
            {
                return true;
            }
        }

        return false;
    }

    private static bool MatchesOne(JsonElement selector, ResourceSnapshot item)
    {
        foreach (var label in selector.At("matchLabels").Members())
        {
            if (item.Labels.GetValueOrDefault(label.Name) != label.Value.Text())
            {
                return false;
            }
        }

        foreach (var term in selector.At("matchExpressions").Items())
        {
            var value = item.Labels.GetValueOrDefault(term.At("key").Text() ?? "");
            var isListed = value is not null && term.At("values").ToArray().Any(entry => (string?)entry == value);
            var holds = term.At("operator").Text() switch
            {
                "In" => isListed,
                "NotIn" => !isListed,
                "Exists" => value is not null,
                "DoesNotExist" => value is null,
                _ => false,
            };
            if (!holds)
            {
                return false;
            }
        }

        return true;
    }
}
