using Crescent.Grains.Mutation;
using Crescent.Identity;
using Crescent.Resources;
using Xunit;

namespace Crescent.Grains.Tests.Mutation;

/// <summary>A patch of the status alone takes a shorter way; a patch that also names the spec takes the long one.</summary>
public sealed class StatusPatchTests
{
    private const string Pod = """
        {"metadata":{"labels":{"app":"web"},"annotations":{"note":"é <1>"}},
         "spec":{"containers":[{"name":"a","image":"x:1","env":[{"name":"A","value":"\u00fc\"b"}],"resources":{"limits":{"cpu":"1"}}}]}}
        """;

    public static TheoryData<string> Changes =>
    [
        """ "status":{"phase":"Running","podIP":"10.0.0.1","startTime":"2026-01-02T03:04:06+00:00"} """,
        """ "status":{"conditions":[{"type":"Ready","status":"True"},{"type":"Initialized","status":"True"}]} """,
        """ "status":{"conditions":[{"$patch":"delete","type":"PodScheduled"}],"containerStatuses":[{"name":"a","restartCount":0,"ready":false}]} """,
        """ "metadata":{"labels":{"x":"y"},"annotations":{"note":null},"finalizers":["example.com/a"]},"status":{"phase":"Failed"} """,
        """ "metadata":{"generateName":"not-","ownerReferences":[]},"status":null """,
        """ "status":{} """,
    ];

    [Theory, MemberData(nameof(Changes))]
    public async Task Patch_OfTheStatusAlone_DoesWhatTheLongWayDoes(string change)
    {
        foreach (var kind in (PatchKind[])[PatchKind.Strategic, PatchKind.Merge])
        {
            var (alone, whole) = (new PipelineHarness(KnownTypes.Pods), new PipelineHarness(KnownTypes.Pods));
            await alone.CreateAsync(Pod);
            whole.Current = alone.Current;
            var body = kind == PatchKind.Merge ? change.Replace("\"$patch\":\"delete\",", "", StringComparison.Ordinal) : change;

            var quick = await alone.PatchAsync(kind, $$"""{ {{body}} }""", "status");
            var slow = await whole.PatchAsync(kind, $$"""{ {{body}},"spec":{} }""", "status");

            Assert.Equal(slow.Outcome, quick.Outcome);
            Assert.Equal(Text(slow), Text(quick));
        }
    }

    [Fact]
    public async Task Patch_WithAnUnknownFieldOfTheStatus_IsRefused()
    {
        var pod = new PipelineHarness(KnownTypes.Pods);
        await pod.CreateAsync(Pod);
        var decision = await pod.PatchAsync(PatchKind.Merge, """{"status":{"phse":"Running"}}""", "status");
        Assert.Equal(MutationOutcome.Failed, decision.Outcome);
        Assert.Contains("unknown field \"status.phse\"", decision.Error!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Patch_WithWhatTheStatusSays_KeepsTheObject()
    {
        var pod = new PipelineHarness(KnownTypes.Pods);
        await pod.CreateAsync(Pod);
        await pod.PatchAsync(PatchKind.Strategic, """{"status":{"phase":"Running","observedGeneration":1}}""", "status");
        var decision = await pod.PatchAsync(PatchKind.Strategic, """{"status":{"phase":"Running","observedGeneration":1}}""", "status");
        Assert.Equal(MutationOutcome.Unchanged, decision.Outcome);
    }

    private static string? Text(MutationDecision decision)
    {
        decision.Object?["metadata"]!.AsObject().Remove("resourceVersion");
        return decision.Object?.ToJsonString();
    }
}
