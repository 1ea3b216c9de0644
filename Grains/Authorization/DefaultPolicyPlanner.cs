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
        if (!IsKept(body) || role.Aggregates.Length > 0)
        {
            return null;
        }

        var missing = RuleCoverage.Missing(PolicyRule.ReadAll(body.At("rules")), role.Rules);
        var patch = Labels(body, role.ToJson());
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
        var patch = Labels(body, binding.ToJson());
        if (!missing.IsEmpty)
        {
            (patch ??= [])["subjects"] = new JsonArray(
                [.. body.At("subjects").ToArray().Select(static subject => subject?.DeepClone()), .. missing.Select(DefaultBinding.ToJson)]);
        }

        return patch;
    }

    private static bool IsKept(JsonElement body) => body.At("metadata", "annotations", DefaultObject.AutoUpdate).ValueEqualsText("true");

    private static JsonObject? Labels(JsonElement body, JsonObject wanted)
    {
        var present = body.At("metadata", "labels").TextMap();
        var missing = wanted.Object("metadata", "labels")!.Where(label => present.GetValueOrDefault(label.Key) != (string?)label.Value).ToList();
        return missing.Count == 0
            ? null
            : new() { ["metadata"] = new JsonObject { ["labels"] = new JsonObject(missing.Select(static label => KeyValuePair.Create(label.Key, label.Value?.DeepClone()))) } };
    }
}
