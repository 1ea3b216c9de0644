using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Crescent.Authorization;
using Crescent.Identity;

namespace Crescent.Grains.Authorization;

/// <summary>A role every cluster has.</summary>
/// <param name="Namespace">Empty for a ClusterRole.</param>
/// <param name="Name">Name of the role.</param>
/// <param name="Rules">What it permits.</param>
internal sealed record DefaultRole(string Namespace, string Name, ImmutableArray<PolicyRule> Rules)
{
    /// <summary>e.g. <c>admin</c>: the role is part of that aggregated role.</summary>
    public ImmutableArray<string> AggregatesTo { get; init; } = [];

    /// <summary>e.g. <c>edit</c>: the role is the sum of the roles that aggregate to this.</summary>
    public string Aggregates { get; init; } = "";

    public ResourceKey Key => new(Namespace.Length == 0 ? KnownTypes.ClusterRoles : KnownTypes.Roles, Namespace, Name);

    public JsonObject ToJson()
    {
        var role = DefaultObject.Begin(Namespace.Length == 0 ? "ClusterRole" : "Role", Namespace, Name);
        foreach (var target in AggregatesTo)
        {
            role["metadata"]!["labels"]![Label(target)] = "true";
        }

        if (Aggregates.Length > 0)
        {
            role["aggregationRule"] = new JsonObject
            {
                ["clusterRoleSelectors"] = new JsonArray((JsonNode)new JsonObject { ["matchLabels"] = new JsonObject { [Label(Aggregates)] = "true" } }),
            };
        }

        role["rules"] = new JsonArray([.. Rules.Select(RuleJson.Write)]);
        return role;
    }

    private static string Label(string target) => $"rbac.authorization.k8s.io/aggregate-to-{target}";
}
