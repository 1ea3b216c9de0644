using System.Text;
using System.Text.Json.Nodes;
using Crescent.Grains.Authorization;
using Crescent.Grains.Mutation;
using Crescent.Grains.Mutation.Validation;
using Crescent.Identity;
using Crescent.Resources;
using Xunit;

namespace Crescent.Grains.Tests.Authorization;

public sealed class DefaultPolicyTests
{
    [Fact]
    public void Objects_AllOfThem_AreValid()
    {
        var problems = new Problems();
        foreach (var (key, body) in All())
        {
            BuiltInRules.Of(key.Type).Validate(body, problems);
        }

        Assert.Empty(problems.Causes);
    }

    [Fact]
    public void Bindings_AllOfThem_NameRolesThatAreThere()
    {
        var roles = DefaultPolicy.Roles.Select(static role => (role.Namespace, role.Name)).ToHashSet();
        Assert.All(DefaultPolicy.Bindings, binding => Assert.Contains((binding.Role.IsClusterRole ? "" : binding.Namespace, binding.Role.Name), roles));
    }

    [Fact]
    public void Aggregation_DefaultRoles_GivesAdminWhatEditAndViewHave()
    {
        var roles = Aggregated();
        var view = Rules(roles, "view");
        Assert.NotEmpty(view);
        Assert.All(view, rule => Assert.Contains(rule, Rules(roles, "edit")));
        Assert.All(Rules(roles, "edit"), rule => Assert.Contains(rule, Rules(roles, "admin")));
        Assert.Contains(Rules(roles, "admin"), static rule => rule.Contains("rolebindings", StringComparison.Ordinal));
        Assert.DoesNotContain(Rules(roles, "edit"), static rule => rule.Contains("rolebindings", StringComparison.Ordinal));
        Assert.DoesNotContain(view, static rule => rule.Contains("secrets", StringComparison.Ordinal));
    }

    [Fact]
    public void Repair_RuleWasTakenAway_PutsItBackAndKeepsWhatWasAdded()
    {
        var role = DefaultPolicy.Roles.First(static role => role.Name == "system:basic-user");
        var body = role.ToJson();
        body["rules"] = JsonNode.Parse("""[{"apiGroups":["x"],"resources":["y"],"verbs":["get"]}]""");
        var patch = DefaultPolicyPlanner.Repair(Snapshot(role.Key, body), role);
        var rules = patch!["rules"]!.AsArray().Select(static rule => rule!.ToJsonString()).ToList();
        Assert.Equal("""{"apiGroups":["x"],"resources":["y"],"verbs":["get"]}""", rules[0]);
        Assert.Contains(rules, static rule => rule.Contains("selfsubjectreviews", StringComparison.Ordinal));
    }

    [Fact]
    public void Repair_AutoUpdateIsOff_LeavesTheRoleAlone()
    {
        var role = DefaultPolicy.Roles.First(static role => role.Name == "system:basic-user");
        var body = role.ToJson();
        body.Remove("rules");
        body["metadata"]!["annotations"]![DefaultObject.AutoUpdate] = "false";
        Assert.Null(DefaultPolicyPlanner.Repair(Snapshot(role.Key, body), role));
    }

    private static IEnumerable<(ResourceKey Key, JsonObject Body)> All() =>
        DefaultPolicy.Roles.Select(static role => (role.Key, role.ToJson())).Concat(DefaultPolicy.Bindings.Select(static binding => (binding.Key, binding.ToJson())));

    private static List<ResourceSnapshot> Aggregated()
    {
        var roles = DefaultPolicy.Roles.Where(static role => role.Key.Type == KnownTypes.ClusterRoles).ToDictionary(static role => role.Key, static role => role.ToJson());
        while (true)
        {
            var snapshots = roles.Select(static item => Snapshot(item.Key, item.Value)).ToList();
            var plan = AggregationPlanner.Plan(snapshots).ToList();
            if (plan.Count == 0)
            {
                return snapshots;
            }

            foreach (var (role, rules) in plan)
            {
                roles[role.Key]["rules"] = rules;
            }
        }
    }

    private static List<string> Rules(List<ResourceSnapshot> roles, string name) =>
        [.. JsonNode.Parse(roles.Single(role => role.Key.Name == name).Body)!["rules"]!.AsArray().Select(static rule => rule!.ToJsonString())];

    private static ResourceSnapshot Snapshot(ResourceKey key, JsonObject body) => new()
    {
        Key = key, Uid = "u", Version = new(1), Body = Encoding.UTF8.GetBytes(body.ToJsonString()),
        Labels = ResourceSnapshot.EmptyMap.AddRange(body["metadata"]!["labels"]!.AsObject().Select(static label => KeyValuePair.Create(label.Key, (string)label.Value!))),
    };
}
