using Crescent.Identity;
using Crescent.Resources;
using Xunit;
using static Crescent.Grains.Tests.Mutation.PipelineHarness;

namespace Crescent.Grains.Tests.Mutation;

public sealed class DeleteTests
{
    private const string Pod = """{"spec":{"terminationGracePeriodSeconds":20,"containers":[{"name":"a","image":"x:1"}]}}""";

    [Fact]
    public async Task Delete_OfAPodWithoutNode_RemovesIt()
    {
        var pod = new PipelineHarness(KnownTypes.Pods);
        await pod.CreateAsync(Pod);
        Assert.Equal(MutationOutcome.Deleted, (await pod.DeleteAsync()).Outcome);
    }

    [Fact]
    public async Task Delete_OfABoundPod_WaitsForItsGracePeriodWhichCanOnlyShrink()
    {
        var pod = new PipelineHarness(KnownTypes.Pods);
        await pod.CreateAsync(Pod);
        await pod.CreateAsync("""{"target":{"name":"n1"}}""", "binding");

        Assert.Equal(MutationOutcome.Deleting, (await pod.DeleteAsync()).Outcome);
        Assert.Equal("2026-01-02T03:04:25Z", pod.Object["metadata"]!["deletionTimestamp"]!.GetValue<string>());
        Assert.Equal(20, pod.Object["metadata"]!["deletionGracePeriodSeconds"]!.GetValue<int>());

        Assert.Equal(MutationOutcome.Unchanged, (await pod.DeleteAsync(grace: 60)).Outcome);
        Assert.Equal(MutationOutcome.Deleting, (await pod.DeleteAsync(grace: 5)).Outcome);
        Assert.Equal("2026-01-02T03:04:10Z", pod.Object["metadata"]!["deletionTimestamp"]!.GetValue<string>());
        Assert.Equal(MutationOutcome.Updated, (await pod.PatchAsync(PatchKind.Merge, """{"status":{"phase":"Running"}}""", "status")).Outcome);
        Assert.Equal(MutationOutcome.Deleted, (await pod.DeleteAsync(grace: 0)).Outcome);
    }

    [Fact]
    public async Task Delete_WithPropagation_AddsTheFinalizer()
    {
        var map = new PipelineHarness(KnownTypes.ConfigMaps);
        await map.CreateAsync("{}");
        Assert.Equal(MutationOutcome.Deleting, (await map.DeleteAsync(propagation: DeletionPropagation.Foreground)).Outcome);
        Assert.Equal("""["foregroundDeletion"]""", map.Object["metadata"]!["finalizers"]!.ToJsonString());
        Assert.Equal(MutationOutcome.Deleting, (await map.DeleteAsync(propagation: DeletionPropagation.Orphan)).Outcome);
        Assert.Equal("""["orphan"]""", map.Object["metadata"]!["finalizers"]!.ToJsonString());
    }

    [Fact]
    public async Task Delete_WithAnotherUid_Conflicts()
    {
        var map = new PipelineHarness(KnownTypes.ConfigMaps);
        await map.CreateAsync("{}");
        AssertRefused(
            await map.DeleteAsync(preconditions: new() { Uid = "x" }), 409,
            $"Operation cannot be fulfilled on configmaps \"web\": Precondition failed: UID in precondition: x, UID in object meta: {map.Current!.Uid}");
    }

    [Fact]
    public async Task Delete_OfANamespace_WaitsUntilItIsFinalized()
    {
        var ns = new PipelineHarness(KnownTypes.Namespaces, "shop", "");
        await ns.CreateAsync("""{"metadata":{"name":"shop"}}""");
        Assert.Equal("""["kubernetes"]""", ns.Object["spec"]!["finalizers"]!.ToJsonString());
        Assert.Equal("shop", ns.Object["metadata"]!["labels"]!["kubernetes.io/metadata.name"]!.GetValue<string>());

        Assert.Equal(MutationOutcome.Deleting, (await ns.DeleteAsync()).Outcome);
        Assert.Equal("Terminating", ns.Object["status"]!["phase"]!.GetValue<string>());
        Assert.Equal(409, (await ns.DeleteAsync()).Error!.Code);
        var finalized = ns.Object;
        finalized["spec"] = new System.Text.Json.Nodes.JsonObject();
        Assert.Equal(MutationOutcome.Deleted, (await ns.ReplaceAsync(finalized.ToJsonString(), "finalize")).Outcome);
    }

    [Fact]
    public async Task Delete_OfTheDefaultNamespace_IsForbidden()
    {
        var ns = new PipelineHarness(KnownTypes.Namespaces, "default", "");
        await ns.CreateAsync("{}");
        AssertRefused(await ns.DeleteAsync(), 403, "namespaces \"default\" is forbidden: this namespace may not be deleted");
    }

    [Fact]
    public async Task Eviction_OfABoundPod_DeletesItWithItsGrace()
    {
        var pod = new PipelineHarness(KnownTypes.Pods);
        await pod.CreateAsync(Pod);
        await pod.CreateAsync("""{"target":{"name":"n1"}}""", "binding");
        var decision = await pod.CreateAsync("""{"apiVersion":"policy/v1","kind":"Eviction","metadata":{"name":"web"},"deleteOptions":{"gracePeriodSeconds":3}}""", "eviction");
        Assert.Equal(MutationOutcome.Deleting, decision.Outcome);
        Assert.Equal(3, pod.Object["metadata"]!["deletionGracePeriodSeconds"]!.GetValue<int>());
    }
}
