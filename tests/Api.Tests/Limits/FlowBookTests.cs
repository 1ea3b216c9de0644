using Crescent.Api.Limits;
using Crescent.Authorization;
using Crescent.Authentication;
using Crescent.Identity;
using Crescent.Resources;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Crescent.Api.Tests.Limits;

public sealed class FlowBookTests
{
    private static readonly ResourceSnapshot[] Levels =
    [
        Level("exempt", """{"type":"Exempt","exempt":{"nominalConcurrencyShares":0}}"""),
        Level("catch-all", """{"type":"Limited","limited":{"nominalConcurrencyShares":5,"limitResponse":{"type":"Reject"}}}"""),
        Level("low", """
            {"type":"Limited","limited":{"nominalConcurrencyShares":15,"limitResponse":{"type":"Queue","queuing":{"queues":128,"handSize":6,"queueLengthLimit":50}}}}
            """),
    ];

    private static readonly ResourceSnapshot[] Schemas =
    [
        Schema("leases", "low", 100, """{"kind":"ServiceAccount","serviceAccount":{"namespace":"kube-system","name":"*"}}""",
            """ "resourceRules":[{"verbs":["get","update"],"apiGroups":["coordination.k8s.io"],"resources":["leases"],"namespaces":["*"]}] """),
        Schema("nodes", "low", 400, """{"kind":"Group","group":{"name":"system:nodes"}}""",
            """ "resourceRules":[{"verbs":["*"],"apiGroups":[""],"resources":["nodes","nodes/status"],"clusterScope":true}] """),
        Schema("paths", "low", 500, """{"kind":"User","user":{"name":"*"}}""",
            """ "nonResourceRules":[{"verbs":["get"],"nonResourceURLs":["/openapi/*","/version"]}] """),
        Schema("dangling", "gone", 1, """{"kind":"User","user":{"name":"*"}}""", """ "nonResourceRules":[{"verbs":["*"],"nonResourceURLs":["*"]}] """),
    ];

    private readonly FlowBook _book = new FlowBookBinder(400, new FakeTimeProvider()).Bind(Schemas, Levels);

    [Theory]
    [InlineData("system:serviceaccount:kube-system:a", "", "get", "coordination.k8s.io", "leases", "", "x", "leases")]
    [InlineData("system:serviceaccount:kube-system:a", "", "delete", "coordination.k8s.io", "leases", "", "x", "catch-all")]
    [InlineData("system:serviceaccount:other:a", "", "get", "coordination.k8s.io", "leases", "", "x", "catch-all")]
    [InlineData("system:serviceaccount:kube-system:a", "", "get", "coordination.k8s.io", "leases", "", "", "catch-all")]
    [InlineData("system:node:n1", "system:nodes", "patch", "", "nodes", "status", "", "nodes")]
    [InlineData("system:node:n1", "system:nodes", "patch", "", "nodes", "proxy", "", "catch-all")]
    [InlineData("root", "system:masters", "patch", "", "nodes", "proxy", "", "exempt")]
    public void Classify_OfAResource_IsTheFirstSchemaThatMatches(
        string user, string group, string verb, string apiGroup, string resource, string subresource, string ns, string schema) =>
        Assert.Equal(schema, _book.Classify(new AccessRequest
        {
            User = User(user, group), Verb = verb, IsResource = true, Group = apiGroup, Version = "v1", Resource = resource, Subresource = subresource, Namespace = ns,
        }).Name);

    [Theory]
    [InlineData("/version", "get", "paths")]
    [InlineData("/version", "post", "catch-all")]
    [InlineData("/openapi/v3", "get", "paths")]
    [InlineData("/openapi", "get", "catch-all")]
    [InlineData("/livez/ping", "get", "catch-all")]
    public void Classify_OfAPath_IsTheFirstSchemaThatMatches(string path, string verb, string schema) =>
        Assert.Equal(schema, _book.Classify(new AccessRequest { User = User("alice", ""), Verb = verb, Path = path }).Name);

    [Fact]
    public void Bind_Levels_DivideTheSeatsByTheirShares()
    {
        Assert.Equal(["catch-all", "exempt", "low"], _book.Levels.Select(static level => level.Name));
        Assert.Equal([100, 0, 300], _book.Levels.Select(static level => level.Settings.Seats));
        Assert.Equal((128, 6, 50), (_book.Levels[2].Settings.Queues, _book.Levels[2].Settings.HandSize, _book.Levels[2].Settings.QueueLength));
    }

    [Fact]
    public void Bind_WithoutObjects_HasTheMandatoryOnes()
    {
        var book = new FlowBookBinder(600, new FakeTimeProvider()).Bind([], []);
        Assert.Equal(["catch-all", "exempt"], book.Levels.Select(static level => level.Name));
        Assert.Equal("exempt", book.Classify(new AccessRequest { User = User("root", "system:masters"), Verb = "get", Path = "/metrics" }).Level.Name);
        Assert.Equal(600, book.Classify(new AccessRequest { User = User("alice", ""), Verb = "get", Path = "/api" }).Level.Settings.Seats);
    }

    [Fact]
    public void Bind_Again_KeepsWhatTheLevelsHold()
    {
        var binder = new FlowBookBinder(400, new FakeTimeProvider());
        var request = new AccessRequest { User = User("alice", ""), Verb = "get", Path = "/version" };
        var schema = binder.Bind(Schemas, Levels).Classify(request);
        using var turn = schema.Level.Enter(schema, request);

        var again = binder.Bind(Schemas, Levels[..2]);
        Assert.DoesNotContain(again.Levels, static level => level.Name == "low");
        Assert.Equal("catch-all", again.Classify(request).Name);
        Assert.Equal(1, Assert.Single(binder.Bind(Schemas, Levels).Schemas, static item => item.Name == "paths").Counts.Dispatched);
    }

    private static UserInfo User(string name, string group) =>
        new() { Name = name, Groups = group.Length > 0 ? [group, "system:authenticated"] : ["system:authenticated"] };

    private static ResourceSnapshot Level(string name, string spec) => Snapshot(KnownTypes.PriorityLevelConfigurations, name, spec);

    private static ResourceSnapshot Schema(string name, string level, int precedence, string subject, string rules) => Snapshot(
        KnownTypes.FlowSchemas, name,
        $$$"""
        {"priorityLevelConfiguration":{"name":"{{{level}}}"},"matchingPrecedence":{{{precedence}}},"distinguisherMethod":{"type":"ByUser"},
         "rules":[{"subjects":[{{{subject}}}],{{{rules}}}}]}
        """);

    private static ResourceSnapshot Snapshot(ResourceType type, string name, string spec) => new()
    {
        Key = new(type, "", name), Uid = $"uid-{name}", Version = new(1),
        Body = System.Text.Encoding.UTF8.GetBytes($$"""{"metadata":{"name":"{{name}}"},"spec":{{spec}}}"""),
    };
}
