using Crescent.Identity;
using Crescent.Resources;
using Xunit;
using static Crescent.Grains.Tests.Mutation.PipelineHarness;

namespace Crescent.Grains.Tests.Mutation;

/// <summary>Subresources that write a part of a pod: ephemeral containers and resizing.</summary>
public sealed class PodPartTests
{
    private const string Pod = """
        {"spec":{"containers":[{"name":"a","image":"x:1","resources":{"requests":{"cpu":"100m","memory":"64Mi"},"limits":{"memory":"128Mi"}}}]}}
        """;

    [Fact]
    public async Task EphemeralContainer_AddedThroughItsSubresource_IsDefaultedAndNothingElseChanges()
    {
        var pod = new PipelineHarness(KnownTypes.Pods);
        await pod.CreateAsync(Pod);
        var decision = await pod.PatchAsync(
            PatchKind.Strategic,
            """{"metadata":{"labels":{"x":"y"}},"spec":{"activeDeadlineSeconds":5,"ephemeralContainers":[{"name":"debugger","image":"busybox","targetContainerName":"a","resources":{}}]}}""",
            "ephemeralcontainers");
        Assert.Equal(MutationOutcome.Updated, decision.Outcome);
        var added = pod.Object["spec"]!["ephemeralContainers"]![0]!;
        Assert.Equal("Always", added["imagePullPolicy"]!.GetValue<string>());
        Assert.Equal("File", added["terminationMessagePolicy"]!.GetValue<string>());
        Assert.Null(pod.Object["spec"]!["activeDeadlineSeconds"]);
        Assert.Null(pod.Object["metadata"]!["labels"]);
        Assert.Equal(2, pod.Object["metadata"]!["generation"]!.GetValue<int>());
    }

    [Theory]
    [InlineData("""{"name":"a","image":"x"}""", "spec.ephemeralContainers[0].name: Duplicate value: \"a\"")]
    [InlineData("""{"name":"d","image":"x","targetContainerName":"z"}""", "spec.ephemeralContainers[0].targetContainerName: Not found: \"z\"")]
    [InlineData("""{"name":"d","image":"x","ports":[{"containerPort":80}]}""", "spec.ephemeralContainers[0].ports: Forbidden: cannot be set for an Ephemeral Container")]
    [InlineData("""{"name":"d"}""", "spec.ephemeralContainers[0].image: Required value")]
    public async Task EphemeralContainer_Unfit_IsRefused(string container, string problem)
    {
        var pod = new PipelineHarness(KnownTypes.Pods);
        await pod.CreateAsync(Pod);
        AssertRefused(
            await pod.PatchAsync(PatchKind.Strategic, $$$"""{"spec":{"ephemeralContainers":[{{{container}}}]}}""", "ephemeralcontainers"),
            422, $"Pod \"web\" is invalid: {problem}");
    }

    [Fact]
    public async Task EphemeralContainer_ChangedOrRemoved_IsRefused()
    {
        var pod = new PipelineHarness(KnownTypes.Pods);
        await pod.CreateAsync(Pod);
        await pod.PatchAsync(PatchKind.Strategic, """{"spec":{"ephemeralContainers":[{"name":"d","image":"x:1"}]}}""", "ephemeralcontainers");
        AssertRefused(
            await pod.PatchAsync(PatchKind.Merge, """{"spec":{"ephemeralContainers":[]}}""", "ephemeralcontainers"), 422,
            "Pod \"web\" is invalid: spec.ephemeralContainers: Forbidden: existing ephemeral containers \"d\" may not be removed\n");
        AssertRefused(
            await pod.PatchAsync(PatchKind.Strategic, """{"spec":{"ephemeralContainers":[{"name":"d","image":"x:2"}]}}""", "ephemeralcontainers"), 422,
            "Pod \"web\" is invalid: spec.ephemeralContainers: Forbidden: existing ephemeral containers \"d\" may not be changed\n");
    }

    [Fact]
    public async Task EphemeralContainer_InANewPod_IsRefused() => AssertRefused(
        await new PipelineHarness(KnownTypes.Pods).CreateAsync(
            """{"spec":{"containers":[{"name":"a","image":"x"}],"ephemeralContainers":[{"name":"d","image":"x"}]}}"""),
        422, "Pod \"web\" is invalid: spec.ephemeralContainers: Forbidden: cannot be set on create");

    [Fact]
    public async Task Resize_OfCpuAndMemory_ChangesThemOnly()
    {
        var pod = new PipelineHarness(KnownTypes.Pods);
        await pod.CreateAsync(Pod);
        await pod.PatchAsync(
            PatchKind.Strategic, """{"spec":{"containers":[{"name":"a","image":"other","resources":{"requests":{"cpu":"200m"},"limits":{"memory":"256Mi"}}}]}}""", "resize");
        var container = pod.Object["spec"]!["containers"]![0]!;
        Assert.Equal("x:1", container["image"]!.GetValue<string>());
        Assert.Equal("200m", container["resources"]!["requests"]!["cpu"]!.GetValue<string>());
        Assert.Equal("256Mi", container["resources"]!["limits"]!["memory"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("""{"limits":{"memory":"64Mi"}}""", "spec.containers[0].resources.limits[memory]: Forbidden: memory limits cannot be decreased unless resizePolicy is RestartContainer")]
    [InlineData("""{"limits":{"memory":null}}""", "spec.containers[0].resources.limits: Forbidden: resource limits cannot be removed")]
    [InlineData("""{"limits":{"memory":"64Mi","cpu":"100m"},"requests":{"memory":"64Mi","cpu":"100m"}}""",
        "[spec: Invalid value: \"Guaranteed\": Pod QOS Class may not change as a result of resizing, spec.containers[0].resources.limits[memory]: Forbidden: memory limits cannot be decreased unless resizePolicy is RestartContainer]")]
    [InlineData("""{"requests":{"ephemeral-storage":"1Gi"}}""", "spec: Forbidden: only cpu and memory resources are mutable")]
    public async Task Resize_NotAllowed_IsRefused(string resources, string problem)
    {
        var pod = new PipelineHarness(KnownTypes.Pods);
        await pod.CreateAsync(Pod);
        AssertRefused(
            await pod.PatchAsync(PatchKind.Strategic, $$$"""{"spec":{"containers":[{"name":"a","resources":{{{resources}}} }]}}""", "resize"),
            422, $"Pod \"web\" is invalid: {problem}");
    }
}
