using System.Text;
using System.Text.Json.Nodes;
using Crescent.Definitions;
using Crescent.Grains.Resources;
using Crescent.Identity;
using Crescent.Resources;

namespace Crescent.Grains.Tests.Resources;

public sealed class RoutingFieldsTests
{
    private const string Pod =
        """
        {"apiVersion":"v1","kind":"Pod","metadata":{"managedFields":[{"x":{"resourceVersion":"9"}}],"name":"p","uid":"u-1",
        "resourceVersion":"41","labels":{"app":"web","empty":""},"deletionTimestamp":"2026-01-02T03:04:05Z",
        "ownerReferences":[{"uid":"o-1","controller":false},{"kind":"ReplicaSet","uid":"o-2","controller":true,"extra":{"uid":"no"}}]},
        "spec":{"containers":[{"name":"c","metadata":{"uid":"no"}}],"nodeName":"n1","hostNetwork":true},
        "status":{"phase":"Running","observed":3}}
        """;

    [Fact]
    public void Read_Pod_FindsWhatListsFilterOn()
    {
        var paths = FieldPaths.Of(["metadata.name", "spec.nodeName", "status.phase", "spec.hostNetwork", "status.observed", "spec.absent"]);

        var fields = RoutingFields.Read(Encoding.UTF8.GetBytes(Pod), paths);

        Assert.Equal("u-1", fields.Uid);
        Assert.Equal(["o-1", "o-2"], fields.OwnerUids);
        Assert.Equal("o-2", fields.ControllerUid);
        Assert.Equal(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero), fields.DeletionTimestamp);
        Assert.Equal([("app", "web"), ("empty", "")], fields.Labels.Select(label => (label.Key, label.Value)));
        Assert.Equal(
            [("spec.hostNetwork", "true"), ("spec.nodeName", "n1"), ("status.observed", "3"), ("status.phase", "Running")],
            fields.Fields.Select(field => (field.Key, field.Value)));
    }

    /// <summary>Most of what an object's states and its siblings say is the same.</summary>
    [Fact]
    public void Read_SameLabelsAndFields_AreKeptOnce()
    {
        var paths = FieldPaths.Of(["spec.nodeName", "status.phase"]);
        var first = RoutingFields.Read(Encoding.UTF8.GetBytes(Pod), paths);
        var changed = Pod.Replace("\"observed\":3", "\"observed\":4", StringComparison.Ordinal).Replace("\"41\"", "\"42\"", StringComparison.Ordinal);

        var second = RoutingFields.Read(Encoding.UTF8.GetBytes(changed), paths);

        Assert.Same(first.Labels, second.Labels);
        Assert.Same(first.Fields, second.Fields);
        Assert.Same(first.Uid, second.Uid);
        Assert.Same(first.ControllerUid, second.ControllerUid);
    }

    /// <summary>Whatever has the same place in the room for shared texts.</summary>
    [Fact]
    public void Read_ManyDifferentObjects_ShowsEachItsOwn()
    {
        var paths = FieldPaths.Of(["spec.nodeName"]);
        Parallel.For(0, 20_000, number =>
        {
            var body = $$$"""{"metadata":{"uid":"u-{{{number}}}","labels":{"app":"a-{{{number % 3000}}}"}},"spec":{"nodeName":"n-{{{number % 5000}}}"}}""";

            var fields = RoutingFields.Read(Encoding.UTF8.GetBytes(body), paths);

            Assert.Equal(
                ($"u-{number}", $"a-{number % 3000}", $"n-{number % 5000}"), (fields.Uid, Assert.Single(fields.Labels).Value, Assert.Single(fields.Fields).Value));
        });
    }

    [Theory]
    [InlineData("""{"source":{"component":"kubelet"},"reportingComponent":"agent"}""", "kubelet")]
    [InlineData("""{"reportingComponent":"agent","source":{"component":"kubelet"}}""", "kubelet")]
    [InlineData("""{"reportingComponent":"agent","source":{}}""", "agent")]
    public void Read_FieldOfTwoPaths_TakesTheFirstThatHasAValue(string body, string expected)
    {
        var paths = FieldPaths.Of([new SelectableField { Label = "source", Paths = ["source.component", "reportingComponent"] }, "reportingComponent"]);

        var fields = RoutingFields.Read(Encoding.UTF8.GetBytes(body), paths).Fields;

        Assert.Equal(expected, fields["source"]);
        Assert.Equal("agent", fields["reportingComponent"]);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(41)]
    [InlineData(123_456_789_012)]
    public void PutVersion_OtherLength_ChangesNothingElse(long version)
    {
        var body = Encoding.UTF8.GetBytes(Pod);

        var changed = RoutingFields.Read(body, FieldPaths.Empty).PutVersion(body, new(version));

        Assert.Equal(Pod.Replace("\"41\"", $"\"{version}\"", StringComparison.Ordinal), Encoding.UTF8.GetString(changed));
    }

    [Fact]
    public void PreparedBody_NewObject_ShowsTheVersionAfterTheUid()
    {
        var created = JsonNode.Parse("""{"kind":"A","metadata":{"name":"a","uid":"u","labels":{"ü":"<&>"}},"n":1.50}""")!.AsObject();
        using var body = PreparedBody.Of(created, FieldPaths.Empty);

        var snapshot = body.At(new(KnownTypes.ConfigMaps, "ns", "a"), new(77));

        Assert.Equal(
            """{"kind":"A","metadata":{"name":"a","uid":"u","resourceVersion":"77","labels":{"ü":"<&>"}},"n":1.50}""",
            Encoding.UTF8.GetString(snapshot.Body));
    }

    [Fact]
    public void PreparedBody_TwoVersions_AreCopiesOfTheirOwn()
    {
        using var body = PreparedBody.Of(JsonNode.Parse("""{"metadata":{"name":"a","resourceVersion":"3"}}""")!.AsObject(), FieldPaths.Empty);
        var key = new ResourceKey(KnownTypes.ConfigMaps, "ns", "a");

        var first = body.At(key, new(9));
        var second = body.At(key, new(10));

        Assert.Contains("\"9\"", Encoding.UTF8.GetString(first.Body), StringComparison.Ordinal);
        Assert.Contains("\"10\"", Encoding.UTF8.GetString(second.Body), StringComparison.Ordinal);
    }
}
