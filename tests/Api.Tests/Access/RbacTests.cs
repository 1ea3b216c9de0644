using System.Net;
using Crescent.Api.Tests.Hosting;
using Xunit;

namespace Crescent.Api.Tests.Access;

[Collection(ApiHostCollection.Name)]
public sealed class RbacTests(ApiHostFixture fixture)
{
    private const string Rbac = "/apis/rbac.authorization.k8s.io/v1";
    private readonly TestUser _admin = new(fixture.Host.Admin);

    [Fact]
    public async Task User_WithoutRoles_IsRefusedInKubernetesWords()
    {
        using var ann = TestUser.Of(fixture.Host, "ann-bare");
        var (code, body) = await ann.GetAsync("/api/v1/namespaces/default/pods");
        Assert.Equal(HttpStatusCode.Forbidden, code);
        Assert.Equal("pods is forbidden: User \"ann-bare\" cannot list resource \"pods\" in API group \"\" in the namespace \"default\"", (string?)body["message"]);
        Assert.Equal(HttpStatusCode.OK, (await ann.GetAsync("/apis")).Code);
    }

    [Fact]
    public async Task User_BoundToView_ReadsOneNamespaceButNoSecrets()
    {
        await fixture.Host.CreateNamespaceAsync("rbac-view");
        await BindAsync("rbac-view", "ClusterRole", "view", "vera");
        using var vera = TestUser.Of(fixture.Host, "vera");
        await SeesAsync(vera, "/api/v1/namespaces/rbac-view/pods");
        Assert.Equal(HttpStatusCode.Forbidden, (await vera.GetAsync("/api/v1/namespaces/rbac-view/secrets")).Code);
        Assert.Equal(HttpStatusCode.Forbidden, (await vera.GetAsync("/api/v1/namespaces/default/pods")).Code);
    }

    [Fact]
    public async Task User_WhoseBindingGoes_IsRefusedFromThenOn()
    {
        await fixture.Host.CreateNamespaceAsync("rbac-gone");
        await BindAsync("rbac-gone", "ClusterRole", "view", "gus");
        using var gus = TestUser.Of(fixture.Host, "gus");
        await SeesAsync(gus, "/api/v1/namespaces/rbac-gone/pods");
        await _admin.SendAsync(HttpMethod.Delete, $"{Rbac}/namespaces/rbac-gone/rolebindings/gus");
        await Level.ReachedAsync(async () => (await gus.GetAsync("/api/v1/namespaces/rbac-gone/pods")).Code == HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Role_GrantsMoreThanItsWriterHas_IsRefused()
    {
        await fixture.Host.CreateNamespaceAsync("rbac-escalate");
        await BindAsync("rbac-escalate", "ClusterRole", "admin", "eve");
        using var eve = TestUser.Of(fixture.Host, "eve");
        var path = $"{Rbac}/namespaces/rbac-escalate";
        await SeesAsync(eve, $"{path}/roles");
        await eve.CreateAsync($"{path}/roles", Role("fine", "pods", "get"));
        var (code, body) = await eve.PostAsync($"{path}/roles", Role("more", "nodes", "get"));
        Assert.Equal(HttpStatusCode.Forbidden, code);
        Assert.Equal(
            "roles.rbac.authorization.k8s.io \"more\" is forbidden: user \"eve\" (groups=[\"system:authenticated\"]) is attempting to grant RBAC permissions not currently held:\n"
            + "{APIGroups:[\"\"], Resources:[\"nodes\"], Verbs:[\"get\"]}",
            (string?)body["message"]);

        (code, body) = await eve.PostAsync($"{path}/rolebindings", Binding("crown", "ClusterRole", "cluster-admin", "eve"));
        Assert.Equal(HttpStatusCode.Forbidden, code);
        Assert.Contains("{APIGroups:[\"*\"], Resources:[\"*\"], Verbs:[\"*\"]}", (string?)body["message"], StringComparison.Ordinal);
        await eve.CreateAsync($"{path}/rolebindings", Binding("friend", "ClusterRole", "view", "fred"));
        var (patched, answer) = await eve.SendAsync(
            HttpMethod.Patch, $"{path}/roles/fine", """{"rules":[{"apiGroups":["*"],"resources":["*"],"verbs":["*"]}]}""", "application/merge-patch+json");
        Assert.True(patched == HttpStatusCode.Forbidden, answer.ToJsonString());
    }

    [Fact]
    public async Task Binding_WithVerbBind_NeedsNoPermissionsOfItsOwn()
    {
        await fixture.Host.CreateNamespaceAsync("rbac-bind");
        await _admin.CreateAsync($"{Rbac}/namespaces/rbac-bind/roles", """
            {"metadata":{"name":"binder"},"rules":[
              {"apiGroups":["rbac.authorization.k8s.io"],"resources":["rolebindings"],"verbs":["create","list"]},
              {"apiGroups":["rbac.authorization.k8s.io"],"resources":["clusterroles"],"resourceNames":["edit"],"verbs":["bind"]}]}
            """);
        await BindAsync("rbac-bind", "Role", "binder", "ben");
        using var ben = TestUser.Of(fixture.Host, "ben");
        await SeesAsync(ben, $"{Rbac}/namespaces/rbac-bind/rolebindings");
        await ben.CreateAsync($"{Rbac}/namespaces/rbac-bind/rolebindings", Binding("ed", "ClusterRole", "edit", "ed"));
        Assert.Equal(HttpStatusCode.Forbidden, (await ben.PostAsync($"{Rbac}/namespaces/rbac-bind/rolebindings", Binding("al", "ClusterRole", "admin", "al"))).Code);
    }

    [Fact]
    public async Task Binding_RoleRefChanges_IsInvalid()
    {
        await fixture.Host.CreateNamespaceAsync("rbac-ref");
        await BindAsync("rbac-ref", "ClusterRole", "view", "rob");
        var (code, body) = await _admin.SendAsync(
            HttpMethod.Patch, $"{Rbac}/namespaces/rbac-ref/rolebindings/rob", """{"roleRef":{"name":"edit"}}""", "application/merge-patch+json");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, code);
        Assert.Contains("cannot change roleRef", (string?)body["message"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reviews_OfEveryForm_AnswerFromTheRoles()
    {
        await fixture.Host.CreateNamespaceAsync("rbac-review");
        await BindAsync("rbac-review", "ClusterRole", "view", "rita");
        using var rita = TestUser.Of(fixture.Host, "rita");
        await SeesAsync(rita, "/api/v1/namespaces/rbac-review/pods");
        const string Attributes = "\"resourceAttributes\":{\"verb\":\"list\",\"resource\":\"pods\",\"namespace\":\"rbac-review\"}";
        var self = await rita.CreateAsync("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", $"{{\"spec\":{{{Attributes}}}}}");
        Assert.True((bool)self["status"]!["allowed"]!);
        Assert.Equal("RBAC: allowed by RoleBinding \"rita/rbac-review\" of ClusterRole \"view\" to User \"rita\"", (string?)self["status"]!["reason"]);
        var subject = await _admin.CreateAsync("/apis/authorization.k8s.io/v1/subjectaccessreviews", $"{{\"spec\":{{\"user\":\"sam\",{Attributes}}}}}");
        Assert.False((bool)subject["status"]!["allowed"]!);
        var local = await _admin.CreateAsync(
            "/apis/authorization.k8s.io/v1/namespaces/rbac-review/localsubjectaccessreviews", $"{{\"spec\":{{\"user\":\"rita\",{Attributes}}}}}");
        Assert.True((bool)local["status"]!["allowed"]!);
        var wrong = await _admin.PostAsync(
            "/apis/authorization.k8s.io/v1/namespaces/default/localsubjectaccessreviews", $"{{\"spec\":{{\"user\":\"rita\",{Attributes}}}}}");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.Code);
        var rules = await rita.CreateAsync("/apis/authorization.k8s.io/v1/selfsubjectrulesreviews", """{"spec":{"namespace":"rbac-review"}}""");
        Assert.Contains("pods/log", rules["status"]!["resourceRules"]!.ToJsonString(), StringComparison.Ordinal);
        Assert.False((bool)rules["status"]!["incomplete"]!);
        Assert.Equal(HttpStatusCode.Forbidden, (await rita.PostAsync("/apis/authorization.k8s.io/v1/subjectaccessreviews", $"{{\"spec\":{{\"user\":\"sam\",{Attributes}}}}}")).Code);
    }

    private async Task BindAsync(string ns, string kind, string role, string user) =>
        await _admin.CreateAsync($"{Rbac}/namespaces/{ns}/rolebindings", Binding(user, kind, role, user));

    // The cache of the authorizer follows the commit.
    private static Task SeesAsync(TestUser user, string path) => Level.ReachedAsync(async () => (await user.GetAsync(path)).Code == HttpStatusCode.OK);

    private static string Binding(string name, string kind, string role, string user) => $$"""
        {"metadata":{"name":"{{name}}"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"{{kind}}","name":"{{role}}"},
         "subjects":[{"kind":"User","name":"{{user}}"}]}
        """;

    private static string Role(string name, string resource, string verb) => $$"""
        {"metadata":{"name":"{{name}}"},"rules":[{"apiGroups":[""],"resources":["{{resource}}"],"verbs":["{{verb}}"]}]}
        """;
}
