using System.Text.Json.Nodes;
using Crescent.Identity;
using Crescent.Resources;
using Xunit;
using static Crescent.Grains.Tests.Mutation.PipelineHarness;

namespace Crescent.Grains.Tests.Mutation;

public sealed class ApplyTests
{
    private const string Deployment = """
        {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web","labels":{"a":"1","b":"2"}},"spec":{"replicas":2,
         "selector":{"matchLabels":{"app":"web"}},"template":{"metadata":{"labels":{"app":"web"}},"spec":{"containers":[
          {"name":"web","image":"nginx:1","env":[{"name":"A","value":"1"},{"name":"B","value":"2"}],"ports":[{"containerPort":80}]},{"name":"side","image":"x:1"}]}}}}
        """;

    private static PipelineHarness Web() => new(KnownTypes.Deployments);

    private static string With(string from, string to) => Deployment.Replace(from, to, StringComparison.Ordinal);

    [Fact]
    public async Task Apply_OfAnAbsentObject_CreatesItAndRecordsItsFields()
    {
        var web = Web();
        Assert.Equal(MutationOutcome.Created, (await web.ApplyAsync("me", Deployment)).Outcome);
        var entry = web.Object["metadata"]!["managedFields"]![0]!;
        Assert.Equal("Apply", entry["operation"]!.GetValue<string>());
        var ports = entry["fieldsV1"]!["f:spec"]!["f:template"]!["f:spec"]!["f:containers"]!["""k:{"name":"web"}"""]!["f:ports"]!.AsObject();
        Assert.Equal("""k:{"containerPort":80,"protocol":"TCP"}""", ports.Single().Key);
    }

    [Fact]
    public async Task Apply_OfWhatClientSideApplyMade_LeavesItsFieldsToKubectlToHandOver()
    {
        var config = new PipelineHarness(KnownTypes.ConfigMaps, "c");
        const string Applied = """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c"},"data":{"a":"1","b":"1"}}""";
        var annotated = JsonNode.Parse(Applied)!;
        annotated["metadata"]!["annotations"] = new JsonObject { ["kubectl.kubernetes.io/last-applied-configuration"] = Applied };
        annotated["data"]!["other"] = "x";
        await config.CreateAsync(annotated.ToJsonString());
        await config.PatchAsync(PatchKind.Merge, """{"metadata":{"managedFields":[{}]}}""");

        await config.ApplyAsync("kubectl", Applied);
        var entries = config.Object["metadata"]!["managedFields"]!.AsArray();
        Assert.Equal(["kubectl-client-side-apply", "before-first-apply", "kubectl"], entries.Select(static entry => (string)entry!["manager"]!));
        Assert.Equal(["f:a", "f:b"], entries[0]!["fieldsV1"]!["f:data"]!.AsObject().Select(static field => field.Key).Order(StringComparer.Ordinal));
        Assert.Equal(["f:other"], entries[1]!["fieldsV1"]!["f:data"]!.AsObject().Select(static field => field.Key));

        // kubectl then writes the entries itself, the old owner's fields among its own.
        var handedOver = new JsonArray(entries[1]!.DeepClone(), entries[2]!.DeepClone());
        await config.PatchAsync(PatchKind.Json, new JsonArray(new JsonObject { ["op"] = "replace", ["path"] = "/metadata/managedFields", ["value"] = handedOver }).ToJsonString());
        Assert.Equal(["before-first-apply", "kubectl"], config.Object["metadata"]!["managedFields"]!.AsArray().Select(static entry => (string)entry!["manager"]!));
        await config.ApplyAsync("kubectl", Applied.Replace(",\"b\":\"1\"", "", StringComparison.Ordinal));
        Assert.Equal("""{"a":"1","other":"x"}""", config.Object["data"]!.ToJsonString());
    }

    [Fact]
    public async Task Update_WithOneEmptyEntry_EndsTracking()
    {
        var web = Web();
        await web.ApplyAsync("me", Deployment);
        await web.PatchAsync(PatchKind.Merge, """{"metadata":{"managedFields":[{}]}}""");
        Assert.Null(web.Object["metadata"]!["managedFields"]);
    }

    [Fact]
    public async Task Apply_OfTheSameAgain_ChangesNothing()
    {
        var web = Web();
        await web.ApplyAsync("me", Deployment);
        web.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(MutationOutcome.Unchanged, (await web.ApplyAsync("me", Deployment)).Outcome);
    }

    [Fact]
    public async Task Apply_WithoutWhatWasAppliedBefore_TakesItOut()
    {
        var web = Web();
        await web.ApplyAsync("me", Deployment);
        await web.ApplyAsync("me", With(",\"b\":\"2\"", "").Replace(",{\"name\":\"B\",\"value\":\"2\"}", "").Replace(",{\"name\":\"side\",\"image\":\"x:1\"}", ""));
        Assert.Equal("""{"a":"1"}""", web.Object["metadata"]!["labels"]!.ToJsonString());
        var containers = web.Object["spec"]!["template"]!["spec"]!["containers"]!.AsArray();
        Assert.Single(containers);
        Assert.Equal("""[{"name":"A","value":"1"}]""", containers[0]!["env"]!.ToJsonString());
        Assert.Equal("/dev/termination-log", containers[0]!["terminationMessagePath"]!.GetValue<string>());
    }

    [Fact]
    public async Task Apply_OfAFieldSomebodyElseOwns_ConflictsUnlessForced()
    {
        var web = Web();
        await web.ApplyAsync("me", Deployment);
        const string Other = """{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web"},"spec":{"replicas":5}}""";

        var refused = await web.ApplyAsync("other", Other);
        AssertRefused(refused, 409, "Apply failed with 1 conflict: conflict with \"me\": .spec.replicas");
        Assert.Equal("FieldManagerConflict", refused.Error!.Causes.Single().Reason);

        Assert.Equal(MutationOutcome.Updated, (await web.ApplyAsync("other", Other, isForced: true)).Outcome);
        Assert.Equal(5, web.Object["spec"]!["replicas"]!.GetValue<int>());
        AssertRefused(await web.ApplyAsync("me", Deployment), 409, "Apply failed with 1 conflict: conflict with \"other\": .spec.replicas");

        // Giving the field up leaves it to its new owner.
        await web.ApplyAsync("me", With("\"replicas\":2,", ""));
        Assert.Equal(5, web.Object["spec"]!["replicas"]!.GetValue<int>());
    }

    [Fact]
    public async Task Apply_OfTheSameValue_SharesTheFieldAndKeepsItWhenOneLeaves()
    {
        var web = Web();
        await web.ApplyAsync("me", Deployment);
        const string Other = """{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web","labels":{"b":"2"}}}""";
        Assert.Equal(MutationOutcome.Updated, (await web.ApplyAsync("other", Other)).Outcome);
        await web.ApplyAsync("me", With(",\"b\":\"2\"", ""));
        Assert.Equal("2", web.Object["metadata"]!["labels"]!["b"]!.GetValue<string>());
    }

    [Fact]
    public async Task Patch_OfAnAppliedField_TakesItOver()
    {
        var web = Web();
        await web.ApplyAsync("me", Deployment);
        await web.PatchAsync(PatchKind.Merge, """{"spec":{"replicas":9}}""", "scale");
        var refused = await web.ApplyAsync("me", Deployment);
        AssertRefused(refused, 409, "Apply failed with 1 conflict: conflict with \"writer\" with subresource \"scale\" using apps/v1: .spec.replicas");
        await web.ApplyAsync("me", With("\"replicas\":2,", ""));
        Assert.Equal(9, web.Object["spec"]!["replicas"]!.GetValue<int>());
    }

    [Fact]
    public async Task Apply_OverAnObjectThatWasCreated_ConflictsWhereItDiffers()
    {
        var web = Web();
        await web.CreateAsync(Deployment);
        Assert.Equal(MutationOutcome.Updated, (await web.ApplyAsync("me", Deployment)).Outcome);
        var refused = await web.ApplyAsync("me", With("nginx:1", "nginx:2"));
        Assert.Equal(409, refused.Error!.Code);
        Assert.Equal(""".spec.template.spec.containers[name="web"].image""", refused.Error.Causes.Single().Field);
        Assert.Equal(MutationOutcome.Updated, (await web.ApplyAsync("me", With("nginx:1", "nginx:2"), isForced: true)).Outcome);
        Assert.Equal("nginx:2", web.Object["spec"]!["template"]!["spec"]!["containers"]![0]!["image"]!.GetValue<string>());
    }

    [Fact]
    public async Task Status_OfAnAppliedObject_IsSomebodyElsesAndStays()
    {
        var web = Web();
        await web.ApplyAsync("me", Deployment);
        var before = web.Object["metadata"]!["managedFields"]!.ToJsonString();
        await web.PatchAsync(PatchKind.Merge, """{"status":{"replicas":2}}""", "status");
        var written = web.Object["metadata"]!["managedFields"]!.DeepClone();
        Assert.Equal(["me", "writer"], written.AsArray().Select(static entry => (string)entry!["manager"]!));
        Assert.Equal(before, new JsonArray(written[0]!.DeepClone()).ToJsonString());
        Assert.Equal(2, web.Object["status"]!["replicas"]!.GetValue<int>());
        Assert.Equal(MutationOutcome.Unchanged, (await web.ApplyAsync("me", Deployment)).Outcome);
        Assert.True(JsonNode.DeepEquals(written, web.Object["metadata"]!["managedFields"]));
    }
}
