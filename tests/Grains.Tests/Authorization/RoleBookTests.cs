using System.Collections.Immutable;
using Crescent.Authentication;
using Crescent.Authorization;
using Crescent.Identity;
using Xunit;

namespace Crescent.Grains.Tests.Authorization;

public sealed class RoleBookTests
{
    private static readonly PolicyRule ReadPods = new() { Verbs = ["get", "list"], ApiGroups = [""], Resources = ["pods", "pods/log"] };

    [Fact]
    public void Decide_RoleBoundInNamespace_AllowsThereAlone()
    {
        var book = Book("shop", "Role", new BindingSubject("User", "", "ann"));
        Assert.True(Decide(book, "ann", "get", "shop").IsAllowed);
        Assert.False(Decide(book, "ann", "get", "bank").IsAllowed);
        Assert.False(Decide(book, "ann", "delete", "shop").IsAllowed);
        Assert.False(Decide(book, "bob", "get", "shop").IsAllowed);
    }

    [Fact]
    public void Decide_ClusterRoleBoundInCluster_AllowsEverywhereAndSaysWhy()
    {
        var book = Book("", "ClusterRole", new BindingSubject("Group", "", "devs"));
        var decision = book.GrantsOf(new() { Name = "ann", Groups = ["devs"] })
            .Decide(AccessRequest.Of(new() { Name = "ann" }, "get", KnownTypes.Pods, "any", subresource: "log"));
        Assert.True(decision.IsAllowed);
        Assert.Equal("RBAC: allowed by ClusterRoleBinding \"b\" of ClusterRole \"reader\" to Group \"devs\"", decision.Reason);
    }

    [Fact]
    public void Decide_ServiceAccountSubject_MatchesItsUserName()
    {
        var book = Book("shop", "Role", new BindingSubject("ServiceAccount", "shop", "robot"));
        Assert.True(Decide(book, ServiceAccountNames.User("shop", "robot"), "get", "shop").IsAllowed);
        Assert.False(Decide(book, ServiceAccountNames.User("bank", "robot"), "get", "shop").IsAllowed);
    }

    [Fact]
    public void Decide_BoundRoleIsMissing_RefusesWithTheName()
    {
        var book = new RoleBook(
            new Dictionary<(string, string), ImmutableArray<PolicyRule>>(),
            [new() { Namespace = "", Name = "b", Role = new("ClusterRole", "gone"), Subjects = [new("User", "", "ann")] }]);
        Assert.Equal("RBAC: clusterrole.rbac.authorization.k8s.io \"gone\" not found", Decide(book, "ann", "get", "shop").Reason);
    }

    [Fact]
    public void Decide_KnownUser_AllocatesNothing()
    {
        var book = Book("shop", "Role", new BindingSubject("User", "", "ann"));
        var request = AccessRequest.Of(new() { Name = "ann" }, "get", KnownTypes.Pods, "shop", "web");
        Assert.True(book.GrantsOf(request.User).Decide(request).IsAllowed);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            _ = book.GrantsOf(request.User).Decide(request);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Theory]
    [InlineData("*", "deployments", "scale", true)]
    [InlineData("*/scale", "deployments", "scale", true)]
    [InlineData("*/scale", "deployments", "status", false)]
    [InlineData("deployments/scale", "deployments", "scale", true)]
    [InlineData("deployments", "deployments", "scale", false)]
    [InlineData("s/scale", "deployments", "scale", false)]
    public void Covers_Subresource_MatchesWholeNames(string allowed, string resource, string subresource, bool expected)
    {
        var rule = new PolicyRule { Verbs = ["*"], ApiGroups = ["apps"], Resources = [allowed] };
        Assert.Equal(expected, rule.Covers(AccessRequest.Of(new() { Name = "ann" }, "get", new("apps", resource), "shop", "web", subresource)));
    }

    [Fact]
    public void Covers_ResourceNames_LeaveOutCollections()
    {
        var rule = ReadPods with { ResourceNames = ["web"] };
        Assert.True(rule.Covers(AccessRequest.Of(new() { Name = "ann" }, "get", KnownTypes.Pods, "shop", "web")));
        Assert.False(rule.Covers(AccessRequest.Of(new() { Name = "ann" }, "list", KnownTypes.Pods, "shop")));
    }

    [Fact]
    public void Missing_PartlyHeld_NamesTheRestByResource()
    {
        PolicyRule[] held = [ReadPods, new() { Verbs = ["*"], ApiGroups = ["apps"], Resources = ["*/scale"] }];
        PolicyRule[] asked =
        [
            new() { Verbs = ["get", "create", "delete"], ApiGroups = [""], Resources = ["pods"] },
            new() { Verbs = ["update"], ApiGroups = ["apps"], Resources = ["deployments/scale"] },
            new() { Verbs = ["get"], NonResourceUrls = ["/metrics"] },
        ];
        Assert.Equal(
            [
                "{APIGroups:[\"\"], Resources:[\"pods\"], Verbs:[\"create\" \"delete\"]}",
                "{NonResourceURLs:[\"/metrics\"], Verbs:[\"get\"]}",
            ],
            RuleCoverage.Describe(RuleCoverage.Missing(held, asked)));
    }

    private static RoleBook Book(string ns, string kind, BindingSubject subject) => new(
        new Dictionary<(string, string), ImmutableArray<PolicyRule>> { [(kind == "Role" ? ns : "", "reader")] = [ReadPods] },
        [new() { Namespace = ns, Name = "b", Role = new(kind, "reader"), Subjects = [subject] }]);

    private static AccessDecision Decide(RoleBook book, string user, string verb, string ns)
    {
        var info = new UserInfo { Name = user };
        return book.GrantsOf(info).Decide(AccessRequest.Of(info, verb, KnownTypes.Pods, ns));
    }
}
