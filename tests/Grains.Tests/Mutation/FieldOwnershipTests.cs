using System.Text.Json.Nodes;
using Crescent.Identity;
using Crescent.Resources;
using Xunit;
using static Crescent.Grains.Tests.Mutation.PipelineHarness;

namespace Crescent.Grains.Tests.Mutation;

/// <summary><c>managedFields</c> of objects that clients create and change without applying.</summary>
public sealed class FieldOwnershipTests
{
    private const string Deployment = """
        {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web","labels":{"app":"web"}},"spec":{"replicas":2,
         "selector":{"matchLabels":{"app":"web"}},"template":{"metadata":{"labels":{"app":"web"}},"spec":{"containers":[
          {"name":"web","image":"nginx:1","ports":[{"containerPort":80}]}]}}}}
        """;

    private const string Config = """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"web"},"data":{"a":"1","b":"1"}}""";

    private static PipelineHarness Tracked(ResourceType type) => new(type) { ChecksStatus = true };

    private static JsonArray Entries(PipelineHarness harness) => harness.Object["metadata"]!["managedFields"]!.AsArray();

    private static string Fields(JsonNode? entry) => entry!["fieldsV1"]!.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    [Fact]
    public async Task Create_ByAClient_OwnsEveryFieldAsKubernetesWritesIt()
    {
        var web = Tracked(KnownTypes.Deployments);
        await web.CreateAsync(Deployment);
        var entry = Assert.Single(Entries(web))!;
        Assert.Equal(("writer", "Update", "apps/v1", "2026-01-02T03:04:05Z", "FieldsV1"), (
            (string)entry["manager"]!, (string)entry["operation"]!, (string)entry["apiVersion"]!, (string)entry["time"]!, (string)entry["fieldsType"]!));
        Assert.Null(entry["subresource"]);
        const string Expected = """
            {"f:metadata":{"f:labels":{".":{},"f:app":{}}},"f:spec":{"f:progressDeadlineSeconds":{},"f:replicas":{},"f:revisionHistoryLimit":{},"f:selector":{},
            "f:strategy":{"f:rollingUpdate":{".":{},"f:maxSurge":{},"f:maxUnavailable":{}},"f:type":{}},"f:template":{"f:metadata":{"f:labels":{".":{},"f:app":{}}},
            "f:spec":{"f:containers":{"k:{\"name\":\"web\"}":{".":{},"f:image":{},"f:imagePullPolicy":{},"f:name":{},"f:ports":{".":{},
            "k:{\"containerPort\":80,\"protocol\":\"TCP\"}":{".":{},"f:containerPort":{},"f:protocol":{}}},"f:resources":{},"f:terminationMessagePath":{},"f:terminationMessagePolicy":{}}},
            "f:dnsPolicy":{},"f:restartPolicy":{},"f:schedulerName":{},"f:securityContext":{},"f:terminationGracePeriodSeconds":{}}}}}
            """;
        Assert.Equal(Expected.ReplaceLineEndings(""), Fields(entry));
    }

    [Fact]
    public async Task Update_ByAnotherManager_TakesOverWhatItChanges()
    {
        var config = Tracked(KnownTypes.ConfigMaps);
        await config.CreateAsync(Config);
        config.Time.Advance(TimeSpan.FromMinutes(1));
        config.Manager = "kubectl-patch";
        await config.PatchAsync(PatchKind.Merge, """{"data":{"b":"2","c":"3"},"metadata":{"labels":{"x":"y"}}}""");
        Assert.Equal(["writer", "kubectl-patch"], Entries(config).Select(static entry => (string)entry!["manager"]!));
        Assert.Equal("""{"f:data":{".":{},"f:a":{}}}""", Fields(Entries(config)[0]));
        Assert.Equal("""{"f:data":{"f:b":{},"f:c":{}},"f:metadata":{"f:labels":{"f:x":{}}}}""", Fields(Entries(config)[1]));
        Assert.Equal("2026-01-02T03:05:05Z", (string)Entries(config)[1]!["time"]!);

        await config.PatchAsync(PatchKind.Merge, """{"data":null}""");
        Assert.Equal("""{"f:metadata":{"f:labels":{"f:x":{}}}}""", Fields(Assert.Single(Entries(config))));
    }

    [Fact]
    public async Task Update_OfValuesItOwnsAlone_ChangesTheTimeAndNothingElse()
    {
        var web = Tracked(KnownTypes.Deployments);
        await web.CreateAsync(Deployment);
        web.Manager = "labeller";
        await web.PatchAsync(PatchKind.Merge, """{"metadata":{"labels":{"x":"y"}}}""");
        var (writer, labeller) = (Entries(web)[0]!.DeepClone(), Entries(web)[1]!.DeepClone());

        web.Manager = "writer";
        web.Time.Advance(TimeSpan.FromMinutes(1));
        await web.PatchAsync(PatchKind.Strategic, """{"spec":{"replicas":3,"template":{"spec":{"containers":[{"name":"web","image":"nginx:2"}]}}}}""");

        writer["time"] = "2026-01-02T03:05:05Z";
        Assert.Equal([writer.ToJsonString(), labeller.ToJsonString()], Entries(web).Select(static entry => entry!.ToJsonString()));
    }

    [Fact]
    public async Task Update_ThatRemovesOrTakesOver_ChangesWhoOwnsWhat()
    {
        var config = Tracked(KnownTypes.ConfigMaps);
        await config.CreateAsync(Config);
        config.Manager = "other";
        await config.PatchAsync(PatchKind.Merge, """{"data":{"b":"2"}}""");
        await config.PatchAsync(PatchKind.Merge, """{"data":{"a":"2","b":"3"}}""");
        Assert.Equal("""{"f:data":{}}""", Fields(Entries(config)[0]));
        Assert.Equal("""{"f:data":{"f:a":{},"f:b":{}}}""", Fields(Entries(config)[1]));

        await config.PatchAsync(PatchKind.Merge, """{"data":{"a":null,"b":"4"}}""");
        Assert.Equal("""{"f:data":{"f:b":{}}}""", Fields(Entries(config)[1]));
    }

    [Fact]
    public async Task Update_ThatChangesNothing_WritesNothing()
    {
        var config = Tracked(KnownTypes.ConfigMaps);
        await config.CreateAsync(Config);
        config.Manager = "other";
        config.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(MutationOutcome.Unchanged, (await config.PatchAsync(PatchKind.Merge, """{"data":{"b":"1"}}""")).Outcome);
        Assert.Equal(MutationOutcome.Unchanged, (await config.ReplaceAsync(config.Object.ToJsonString())).Outcome);
        Assert.Equal(MutationOutcome.Unchanged, (await config.ReplaceAsync(Config)).Outcome);
    }

    [Fact]
    public async Task Update_OfItemsOfAKeyedList_IsRecordedPerItem()
    {
        var web = Tracked(KnownTypes.Deployments);
        await web.CreateAsync(Deployment);
        web.Manager = "kubectl-set";
        await web.PatchAsync(PatchKind.Strategic, """{"spec":{"template":{"spec":{"containers":[{"name":"web","image":"nginx:2"},{"name":"side","image":"x:1"}]}}}}""");
        var containers = Entries(web)[1]!["fieldsV1"]!["f:spec"]!["f:template"]!["f:spec"]!["f:containers"]!;
        Assert.Equal("""{"f:image":{}}""", containers["""k:{"name":"web"}"""]!.ToJsonString());
        Assert.NotNull(containers["""k:{"name":"side"}"""]!["."]);
        Assert.Null(Entries(web)[0]!["fieldsV1"]!["f:spec"]!["f:template"]!["f:spec"]!["f:containers"]!["""k:{"name":"web"}"""]!["f:image"]);
    }

    [Fact]
    public async Task Status_ByAClient_IsRecordedUnderItsSubresource()
    {
        var web = Tracked(KnownTypes.Deployments);
        await web.CreateAsync(Deployment);
        await web.PatchAsync(PatchKind.Merge, """{"status":{"replicas":2}}""", "status");
        Assert.Equal("status", (string)Entries(web)[1]!["subresource"]!);
        Assert.Equal("""{"f:status":{"f:replicas":{}}}""", Fields(Entries(web)[1]));
    }

    [Fact]
    public async Task Status_ByTheControlPlane_IsRecordedWhereAClientMadeTheObject()
    {
        var pod = Tracked(KnownTypes.Pods);
        await pod.CreateAsync("""{"spec":{"containers":[{"name":"a","image":"x:1"}]}}""");
        (pod.ChecksStatus, pod.Manager) = (false, "kubelet");
        await pod.PatchAsync(PatchKind.Strategic, """{"status":{"phase":"Running","conditions":[{"type":"Ready","status":"True"}]}}""", "status");
        var entry = Entries(pod)[1]!;
        Assert.Equal(("kubelet", "Update", "status"), ((string)entry["manager"]!, (string)entry["operation"]!, (string)entry["subresource"]!));
        Assert.Equal(
            """{"f:status":{"f:conditions":{"k:{\"type\":\"Ready\"}":{".":{},"f:status":{},"f:type":{}}},"f:phase":{}}}""", Fields(entry));

        Assert.Equal(MutationOutcome.Unchanged, (await pod.PatchAsync(PatchKind.Strategic, """{"status":{"phase":"Running"}}""", "status")).Outcome);
        await pod.PatchAsync(PatchKind.Strategic, """{"status":{"phase":"Succeeded"}}""", "status");
        Assert.Equal(2, Entries(pod).Count);
    }

    [Fact]
    public async Task Apply_OverWhatAClientCreated_NamesItInTheConflict()
    {
        var web = Tracked(KnownTypes.Deployments);
        await web.CreateAsync(Deployment);
        AssertRefused(
            await web.ApplyAsync("me", """{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web"},"spec":{"replicas":5}}"""), 409,
            "Apply failed with 1 conflict: conflict with \"writer\" using apps/v1: .spec.replicas");
        Assert.Equal(MutationOutcome.Updated, (await web.ApplyAsync("me", """{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web"},"spec":{"replicas":2}}""")).Outcome);
        Assert.Equal(["Update", "Apply"], Entries(web).Select(static entry => (string)entry!["operation"]!));
    }

    [Fact]
    public async Task Write_OfAnObjectThatNobodyOwns_IsNotRecorded()
    {
        var config = new PipelineHarness(KnownTypes.ConfigMaps);
        await config.CreateAsync(Config);
        await config.ReplaceAsync("""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"web","managedFields":[{}]},"data":{"a":"1","b":"1"}}""");
        Assert.Null(config.Object["metadata"]!["managedFields"]);
        await config.PatchAsync(PatchKind.Merge, """{"data":{"b":"2"}}""");
        Assert.Null(config.Object["metadata"]!["managedFields"]);
    }

    [Fact]
    public async Task Write_ThatTouchesNothingOfAnothers_LeavesHisEntryAsItIs()
    {
        var pod = Tracked(KnownTypes.Pods);
        await pod.CreateAsync("""{"metadata":{"labels":{"app":"web"}},"spec":{"containers":[{"name":"a","image":"x:1"}]}}""");
        var first = Entries(pod)[0]!.ToJsonString();
        await pod.CreateAsync("""{"target":{"name":"n1"}}""", "binding");
        Assert.Equal([first], Entries(pod).Select(static entry => entry!.ToJsonString()));

        (pod.ChecksStatus, pod.Manager) = (false, "kubelet");
        await pod.PatchAsync(PatchKind.Strategic, """{"status":{"phase":"Running","podIP":"10.244.0.7","podIPs":[{"ip":"10.244.0.7"}]}}""", "status");
        await pod.PatchAsync(PatchKind.Strategic, """{"status":{"message":"going","podIP":null,"podIPs":null}}""", "status");

        Assert.Equal(first, Entries(pod)[0]!.ToJsonString());
        Assert.Equal("""{"f:status":{"f:message":{},"f:phase":{}}}""", Fields(Entries(pod)[1]));
    }

    [Theory]
    [InlineData("replicaset-controller", "kube-controller-manager")]
    [InlineData("bootstrap-controller", "kube-apiserver")]
    [InlineData("api-priority-and-fairness-config-producer", "api-priority-and-fairness-config-producer-v1")]
    [InlineData("kubelet", "kubelet")]
    [InlineData("default-scheduler", "kube-scheduler")]
    public void ForController_OfAnyName_WritesAsTheProgramThatDoesItInKubernetes(string name, string manager) =>
        Assert.Equal(manager, MutationContext.ForController(name).FieldManager);

    [Fact]
    public async Task Apply_OverWhatAnAutoscalerSet_ConflictsWithItsSubresource()
    {
        var web = Tracked(KnownTypes.Deployments);
        await web.CreateAsync(Deployment);
        web.Manager = MutationContext.ForController("horizontal-pod-autoscaler").FieldManager;
        await web.PatchAsync(PatchKind.Merge, """{"spec":{"replicas":7}}""", "scale");
        AssertRefused(
            await web.ApplyAsync("me", """{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web"},"spec":{"replicas":5}}"""), 409,
            "Apply failed with 1 conflict: conflict with \"kube-controller-manager\" with subresource \"scale\" using apps/v1: .spec.replicas");
    }
}
