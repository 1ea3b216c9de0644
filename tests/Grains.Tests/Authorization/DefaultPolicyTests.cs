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

    [Fact]
    public void Repair_AnnotationIsGone_StillRepairsAsKubernetesDoes()
    {
        var role = DefaultPolicy.Roles.First(static role => role.Name == "system:basic-user");
        var body = role.ToJson();
        body.Remove("rules");
        body["metadata"]!.AsObject().Remove("annotations");
        var patch = DefaultPolicyPlanner.Repair(Snapshot(role.Key, body), role);
        Assert.NotNull(patch!["rules"]);
        Assert.Equal("true", (string?)patch["metadata"]!["annotations"]![DefaultObject.AutoUpdate]);
    }

    [Fact]
    public void Repair_RoleThatAddsUpOthers_GetsItsSelectorBackAndKeepsWhatWasAdded()
    {
        var role = DefaultPolicy.Roles.First(static role => role.Name == "view");
        var body = role.ToJson();
        Assert.Null(DefaultPolicyPlanner.Repair(Snapshot(role.Key, body), role));
        body["aggregationRule"] = JsonNode.Parse("""{"clusterRoleSelectors":[{"matchLabels":{"mine":"true"}}]}""");
        var selectors = DefaultPolicyPlanner.Repair(Snapshot(role.Key, body), role)!["aggregationRule"]!["clusterRoleSelectors"]!.AsArray();
        Assert.Equal(
            ["""{"matchLabels":{"mine":"true"}}""", """{"matchLabels":{"rbac.authorization.k8s.io/aggregate-to-view":"true"}}"""],
            selectors.Select(static selector => selector!.ToJsonString()));
    }

    [Fact]
    public void IsMisled_BindingOfAnotherRole_IsMadeAnewUnlessItIsTakenOut()
    {
        var binding = DefaultPolicy.Bindings.First(static binding => binding.Name == "system:discovery");
        var body = binding.ToJson();
        Assert.False(DefaultPolicyPlanner.IsMisled(Snapshot(binding.Key, body), binding));
        body["roleRef"]!["name"] = "view";
        Assert.True(DefaultPolicyPlanner.IsMisled(Snapshot(binding.Key, body), binding));
        body["metadata"]!["annotations"]![DefaultObject.AutoUpdate] = "false";
        Assert.False(DefaultPolicyPlanner.IsMisled(Snapshot(binding.Key, body), binding));
    }

    /// <summary>What installers and dashboards look for by name.</summary>
    [Theory]
    [InlineData("system:controller:attachdetach-controller", "volumeattachments")]
    [InlineData("system:controller:certificate-controller", "certificatesigningrequests/approval")]
    [InlineData("system:controller:clusterrole-aggregation-controller", "clusterroles")]
    [InlineData("system:controller:generic-garbage-collector", "*")]
    [InlineData("system:controller:horizontal-pod-autoscaler", "*/scale")]
    [InlineData("system:controller:node-controller", "nodes/status")]
    [InlineData("system:controller:persistent-volume-binder", "persistentvolumes")]
    [InlineData("system:controller:validatingadmissionpolicy-status-controller", "validatingadmissionpolicies/status")]
    public void Controllers_OfKubernetes_HaveARoleThatIsBoundToTheirAccount(string name, string resource)
    {
        var role = Assert.Single(DefaultPolicy.Roles, role => role.Name == name);
        Assert.Contains(role.Rules, rule => rule.Resources.Contains(resource));
        var binding = Assert.Single(DefaultPolicy.Bindings, binding => binding.Role.Name == name);
        Assert.Equal([new("ServiceAccount", "kube-system", name["system:controller:".Length..])], binding.Subjects);
    }

    [Fact]
    public void Objects_AllOfThem_HaveNamesOfTheirOwn() => Assert.Equal(All().Count(), All().Select(static item => item.Key).Distinct().Count());

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
        Labels = TextMap.Of([.. body["metadata"]!["labels"]!.AsObject().Select(static label => KeyValuePair.Create(label.Key, (string)label.Value!))]),
    };
}
