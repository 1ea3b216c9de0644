using Crescent.Identity;
using Crescent.Resources;
using Xunit;
using static Crescent.Grains.Tests.Mutation.PipelineHarness;

namespace Crescent.Grains.Tests.Mutation;

public sealed class UpdateTests
{
    private const string Pod = """{"metadata":{"labels":{"app":"web"}},"spec":{"containers":[{"name":"a","image":"x:1"}]}}""";
    private const string ReplicaSet = """
        {"metadata":{"labels":{"app":"web"}},"spec":{"replicas":2,"selector":{"matchLabels":{"app":"web"}},
         "template":{"metadata":{"labels":{"app":"web"}},"spec":{"containers":[{"name":"a","image":"x:1"}]}}}}
        """;

    [Fact]
    public async Task Replace_WithWhatIsThere_KeepsTheObject()
    {
        var set = new PipelineHarness(KnownTypes.ReplicaSets);
        await set.CreateAsync(ReplicaSet);
        Assert.Equal(MutationOutcome.Unchanged, (await set.ReplaceAsync(ReplicaSet)).Outcome);
        Assert.Equal(MutationOutcome.Unchanged, (await set.ReplaceAsync(set.Object.ToJsonString())).Outcome);
    }

    [Fact]
    public async Task Replace_WithAStaleVersion_Conflicts()
    {
        var set = new PipelineHarness(KnownTypes.ReplicaSets);
        await set.CreateAsync(ReplicaSet);
        var stale = set.Object.ToJsonString();
        await set.PatchAsync(PatchKind.Merge, """{"spec":{"replicas":3}}""");
        AssertRefused(
            await set.ReplaceAsync(stale), 409,
            "Operation cannot be fulfilled on replicasets.apps \"web\": the object has been modified; please apply your changes to the latest version and try again");
    }

    /// <summary>Clients from before there were several addresses take back the one they know of.</summary>
    [Fact]
    public async Task Replace_OfAServiceByAnExternalName_GivesTheAddressUp()
    {
        var service = new PipelineHarness(KnownTypes.Services);
        await service.CreateAsync("""{"spec":{"type":"NodePort","selector":{"a":"b"},"ports":[{"port":80}]}}""");
        Assert.NotNull(service.Object["spec"]!["clusterIPs"]);
        var update = service.Object.DeepClone();
        update["spec"]!["type"] = "ExternalName";
        update["spec"]!["externalName"] = "example.com";
        update["spec"]!["clusterIP"] = "";
        Assert.Equal(MutationOutcome.Updated, (await service.ReplaceAsync(update.ToJsonString())).Outcome);
        foreach (var name in (string[])["clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy", "internalTrafficPolicy", "externalTrafficPolicy"])
        {
            Assert.Null(service.Object["spec"]![name]);
        }

        Assert.Null(service.Object["spec"]!["ports"]![0]!["nodePort"]);
    }

    [Fact]
    public async Task Patch_OfFinalizers_KeepsWhatItNotesAboutTheObject()
    {
        var ns = new PipelineHarness(KnownTypes.Namespaces, "web", "");
        await ns.CreateAsync("""{"metadata":{"name":"web"}}""");
        await ns.PatchAsync(PatchKind.Merge, """{"metadata":{"annotations":{"a":"b"}},"spec":{"finalizers":["kubernetes","x.io/y"]}}""", "finalize");
        Assert.Equal("b", (string?)ns.Object["metadata"]!["annotations"]!["a"]);
        Assert.Equal(2, ns.Object["spec"]!["finalizers"]!.AsArray().Count);
    }

    [Fact]
    public async Task Patch_OfANodesCapacity_IsAllocatableUntilTakenBack()
    {
        var node = new PipelineHarness(KnownTypes.Nodes, "n1", "");
        await node.CreateAsync("""{"metadata":{"name":"n1"},"status":{"capacity":{"cpu":"2"},"allocatable":{"cpu":"1"}}}""");
        await node.PatchAsync(PatchKind.Merge, """{"status":{"capacity":{"example.com/dongle":"4"}}}""", "status");
        Assert.Equal("""{"cpu":"1","example.com/dongle":"4"}""", node.Object["status"]!["allocatable"]!.ToJsonString());
        await node.PatchAsync(PatchKind.Merge, """{"status":{"capacity":{"example.com/dongle":null}}}""", "status");
        Assert.Equal("""{"cpu":"1"}""", node.Object["status"]!["allocatable"]!.ToJsonString());
    }

    [Fact]
    public async Task Patch_OfTheSpec_RaisesGenerationAndLeavesStatus()
    {
        var set = new PipelineHarness(KnownTypes.ReplicaSets);
        await set.CreateAsync(ReplicaSet);
        await set.PatchAsync(PatchKind.Merge, """{"spec":{"replicas":3},"status":{"replicas":9}}""");
        Assert.Equal(2, set.Object["metadata"]!["generation"]!.GetValue<int>());
        Assert.Equal(0, set.Object["status"]!["replicas"]!.GetValue<int>());
    }

    [Fact]
    public async Task Patch_OfTheStatus_LeavesSpecLabelsAndGeneration()
    {
        var set = new PipelineHarness(KnownTypes.ReplicaSets);
        await set.CreateAsync(ReplicaSet);
        await set.PatchAsync(PatchKind.Merge, """{"metadata":{"labels":{"x":"y"}},"spec":{"replicas":9},"status":{"replicas":2}}""", "status");
        Assert.Equal(1, set.Object["metadata"]!["generation"]!.GetValue<int>());
        Assert.Equal(2, set.Object["spec"]!["replicas"]!.GetValue<int>());
        Assert.Equal(2, set.Object["status"]!["replicas"]!.GetValue<int>());
        Assert.Null(set.Object["metadata"]!["labels"]!["x"]);
    }

    [Fact]
    public async Task Scale_ReplacedOrPatched_ChangesReplicasOnly()
    {
        var set = new PipelineHarness(KnownTypes.ReplicaSets);
        await set.CreateAsync(ReplicaSet);
        await set.PatchAsync(PatchKind.Merge, """{"spec":{"replicas":5}}""", "scale");
        Assert.Equal(5, set.Object["spec"]!["replicas"]!.GetValue<int>());

        var scale = ScaleProjection.Of(set.Current!);
        Assert.Equal("app=web", scale["status"]!["selector"]!.GetValue<string>());
        scale["spec"]!["replicas"] = 0;
        await set.ReplaceAsync(scale.ToJsonString(), "scale");
        Assert.Equal(0, set.Object["spec"]!["replicas"]!.GetValue<int>());
        Assert.Equal(3, set.Object["metadata"]!["generation"]!.GetValue<int>());

        AssertRefused(
            await set.PatchAsync(PatchKind.Merge, """{"spec":{"replicas":-1}}""", "scale"), 422,
            "Scale.autoscaling \"web\" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0");
    }

    [Fact]
    public async Task Patch_OfTheSelector_IsRefusedAsImmutable()
    {
        var set = new PipelineHarness(KnownTypes.ReplicaSets);
        await set.CreateAsync(ReplicaSet);
        var decision = await set.PatchAsync(PatchKind.Merge, """{"spec":{"selector":{"matchLabels":{"app":"x"}},"template":{"metadata":{"labels":{"app":"x"}}}}}""");
        AssertRefused(decision, 422, "ReplicaSet.apps \"web\" is invalid: spec.selector: Invalid value: {\"matchLabels\":{\"app\":\"x\"}}: field is immutable");
    }

    [Fact]
    public async Task Patch_WithAWrongTypeOrUnknownField_IsInvalid()
    {
        var set = new PipelineHarness(KnownTypes.ReplicaSets);
        await set.CreateAsync(ReplicaSet);
        var wrong = await set.PatchAsync(PatchKind.Strategic, """{"spec":{"replicas":"a"}}""");
        Assert.Equal(422, wrong.Error!.Code);
        Assert.Contains("cannot unmarshal string into Go struct field ReplicaSetSpec.spec.replicas of type int32", wrong.Error.Message, StringComparison.Ordinal);
        var unknown = await set.PatchAsync(PatchKind.Merge, """{"spec":{"foo":1}}""");
        Assert.Equal(422, unknown.Error!.Code);
        Assert.Contains("strict decoding error: unknown field \"spec.foo\"", unknown.Error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Patch_OfARunningPod_MayChangeImagesAndLittleElse()
    {
        var pod = new PipelineHarness(KnownTypes.Pods);
        await pod.CreateAsync(Pod);
        Assert.Equal(MutationOutcome.Updated, (await pod.PatchAsync(PatchKind.Strategic, """{"spec":{"containers":[{"name":"a","image":"x:2"}]}}""")).Outcome);
        var refused = await pod.PatchAsync(PatchKind.Strategic, """{"spec":{"restartPolicy":"Never"}}""");
        Assert.StartsWith("Pod \"web\" is invalid: spec: Forbidden: pod updates may not change fields other than", refused.Error!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Patch_OfAGatedPod_LowersGatesAndNarrowsWhereItMayGo()
    {
        var pod = new PipelineHarness(KnownTypes.Pods);
        await pod.CreateAsync(Pod.Replace("\"spec\":{", "\"spec\":{\"schedulingGates\":[{\"name\":\"a.example/x\"},{\"name\":\"a.example/y\"}],", StringComparison.Ordinal));
        Assert.Equal(MutationOutcome.Updated, (await pod.PatchAsync(PatchKind.Merge, """
            {"spec":{"nodeSelector":{"disk":"ssd"},"schedulingGates":[{"name":"a.example/y"}],
             "affinity":{"nodeAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":{"nodeSelectorTerms":[{"matchExpressions":[{"key":"a","operator":"Exists"}]}]}}}}}
            """)).Outcome);
        AssertRefused(
            await pod.PatchAsync(PatchKind.Merge, """{"spec":{"nodeSelector":{"disk":"hdd"}}}"""), 422,
            "Pod \"web\" is invalid: spec.nodeSelector: Invalid value: {\"disk\":\"hdd\"}: only additions to spec.nodeSelector are allowed (no mutations or deletions)");
        Assert.Equal(MutationOutcome.Updated, (await pod.PatchAsync(PatchKind.Merge, """{"spec":{"schedulingGates":null}}""")).Outcome);
        Assert.Null(pod.Object["spec"]!["schedulingGates"]);
        Assert.Equal(422, (await pod.PatchAsync(PatchKind.Merge, """{"spec":{"nodeSelector":{"more":"x"}}}""")).Error?.Code);
    }

    [Fact]
    public async Task Replace_WithAnotherName_IsABadRequest()
    {
        var pod = new PipelineHarness(KnownTypes.Pods);
        await pod.CreateAsync(Pod);
        AssertRefused(
            await pod.ReplaceAsync("""{"metadata":{"name":"x"}}"""), 400, "the name of the object (x) does not match the name on the URL (web)");
    }

    [Fact]
    public async Task Binding_OfAPod_HappensOnce()
    {
        var pod = new PipelineHarness(KnownTypes.Pods);
        await pod.CreateAsync(Pod);
        await pod.CreateAsync("""{"apiVersion":"v1","kind":"Binding","metadata":{"name":"web"},"target":{"kind":"Node","name":"n1"}}""", "binding");
        Assert.Equal("n1", pod.Object["spec"]!["nodeName"]!.GetValue<string>());
        Assert.Equal("PodScheduled", pod.Object["status"]!["conditions"]![0]!["type"]!.GetValue<string>());
        AssertRefused(
            await pod.CreateAsync("""{"target":{"kind":"Node","name":"n2"}}""", "binding"), 409,
            "Operation cannot be fulfilled on pods/binding \"web\": pod web is already assigned to node \"n1\"");
    }

    [Fact]
    public async Task Patch_ThatRemovesTheLastFinalizerOfADeletedObject_RemovesIt()
    {
        var map = new PipelineHarness(KnownTypes.ConfigMaps);
        await map.CreateAsync("""{"metadata":{"finalizers":["example.com/hold"]}}""");
        Assert.Equal(MutationOutcome.Deleting, (await map.DeleteAsync()).Outcome);
        Assert.Equal(MutationOutcome.Unchanged, (await map.DeleteAsync()).Outcome);
        Assert.Equal(MutationOutcome.Deleted, (await map.PatchAsync(PatchKind.Json, """[{"op":"remove","path":"/metadata/finalizers"}]""")).Outcome);
    }

    [Fact]
    public async Task Replace_OfAnImmutableConfigMap_IsForbidden()
    {
        var map = new PipelineHarness(KnownTypes.ConfigMaps);
        await map.CreateAsync("""{"immutable":true,"data":{"a":"b"}}""");
        AssertRefused(
            await map.PatchAsync(PatchKind.Merge, """{"data":{"a":"c"}}"""), 422,
            "ConfigMap \"web\" is invalid: data: Forbidden: field is immutable when `immutable` is set");
    }
}
