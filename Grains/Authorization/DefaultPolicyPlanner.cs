using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Crescent.Authorization;
using Crescent.Grains.Mutation;
using Crescent.Grains.Reconciling;
using Crescent.Resources;

namespace Crescent.Grains.Authorization;

/// <summary>
/// What is missing of a default role or binding. What an administrator added stays; objects whose annotation
/// <c>rbac.authorization.kubernetes.io/autoupdate</c> says <c>false</c> are left alone.
/// </summary>
internal static class DefaultPolicyPlanner
{
    /// <summary>A merge patch; null when nothing is missing.</summary>
    public static JsonObject? Repair(ResourceSnapshot present, DefaultRole role)
    {
        var body = present.View();
        if (!IsKept(body))
        {
            return null;
        }

        var wanted = role.ToJson();
        var patch = Metadata(body, wanted);
        if (role.Aggregates.Length > 0)
        {
            // Its rules are the sum of others', which is somebody else's work.
            var selectors = body.At("aggregationRule", "clusterRoleSelectors").ToArray();
            var absent = wanted["aggregationRule"]!["clusterRoleSelectors"]!.AsArray().Where(selector => !selectors.Any(item => JsonNode.DeepEquals(item, selector))).ToList();
            if (absent.Count > 0)
            {
                (patch ??= [])["aggregationRule"] = new JsonObject
                {
                    ["clusterRoleSelectors"] = new JsonArray([.. selectors.Concat(absent).Select(static selector => selector?.DeepClone())]),
                };
            }

            return patch;
        }

        var missing = RuleCoverage.Missing(PolicyRule.ReadAll(body.At("rules")), role.Rules);
        if (!missing.IsEmpty)
        {
            (patch ??= [])["rules"] = new JsonArray([.. body.At("rules").ToArray().Select(static rule => rule?.DeepClone()), .. missing.Select(RuleJson.Write)]);
        }

        return patch;
    }

    /// <summary>A merge patch; null when nothing is missing.</summary>
    public static JsonObject? Repair(ResourceSnapshot present, DefaultBinding binding)
    {
        var body = present.View();
        if (!IsKept(body))
        {
            return null;
        }

        var facts = BindingFacts.Read(present);
        var missing = binding.Subjects.Except(facts.Subjects).ToImmutableArray();
        var patch = Metadata(body, binding.ToJson());
        if (!missing.IsEmpty)
        {
            (patch ??= [])["subjects"] = new JsonArray(
                [.. body.At("subjects").ToArray().Select(static subject => subject?.DeepClone()), .. missing.Select(DefaultBinding.ToJson)]);
        }

        return patch;
    }

    /// <summary>A binding that leads to another role than it should is made anew: its <c>roleRef</c> cannot be changed.</summary>
    public static bool IsMisled(ResourceSnapshot present, DefaultBinding binding) =>
        IsKept(present.View()) && BindingFacts.Read(present).Role != binding.Role;

    // As in Kubernetes: without the annotation an object is kept, too.
    private static bool IsKept(JsonElement body) => !body.At("metadata", "annotations", DefaultObject.AutoUpdate).ValueEqualsText("false");

    /// <summary>Labels and annotations that are missing or differ.</summary>
    private static JsonObject? Metadata(JsonElement body, JsonObject wanted)
    {
        var metadata = new JsonObject();
        foreach (var name in (ReadOnlySpan<string>)["labels", "annotations"])
        {
            var present = body.At("metadata", name).TextMap();
            var missing = wanted.Object("metadata", name)!.Where(item => present.GetValueOrDefault(item.Key) != (string?)item.Value).ToList();
            if (missing.Count > 0)
            {
                metadata[name] = new JsonObject(missing.Select(static item => KeyValuePair.Create(item.Key, item.Value?.DeepClone())));
            }
        }

        return metadata.Count == 0 ? null : new() { ["metadata"] = metadata };
    }
}
