using System.Text.Json.Nodes;
using Crescent.Grains.Nodes;

namespace Crescent.Grains.Tests.Nodes;

public sealed class NodePlannerTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Fact]
    public void Status_SameAsStored_NeedsNoWrite()
    {
        var node = Parse("""{"status":{"conditions":[{"type":"Ready","status":"True","reason":"KubeletReady","lastHeartbeatTime":"2025-01-01T00:00:00Z","lastTransitionTime":"2025-01-01T00:00:00Z"}],"capacity":{"cpu":"4"}}}""");
        var reported = Parse("""{"conditions":[{"type":"Ready","status":"True","reason":"KubeletReady","lastHeartbeatTime":"2026-01-01T00:00:00Z"}],"capacity":{"cpu":"4"}}""");

        Assert.Null(NodeStatusPlanner.Plan(node, reported, Now));
    }

    [Fact]
    public void Status_ReasonChanged_KeepsTransitionTimeAndForeignConditions()
    {
        var node = Parse("""{"status":{"conditions":[{"type":"Ready","status":"True","reason":"A","lastTransitionTime":"2025-01-01T00:00:00Z"},{"type":"KernelDeadlock","status":"False"}]}}""");

        var patch = NodeStatusPlanner.Plan(node, Parse("""{"conditions":[{"type":"Ready","status":"True","reason":"B"}]}"""), Now);

        var conditions = patch!["status"]!["conditions"]!.AsArray();
        Assert.Equal(2, conditions.Count);
        Assert.Equal("2025-01-01T00:00:00Z", (string?)conditions[0]!["lastTransitionTime"]);
        Assert.Equal("2026-01-02T03:04:05Z", (string?)conditions[0]!["lastHeartbeatTime"]);
        Assert.Equal("KernelDeadlock", (string?)conditions[1]!["type"]);
    }

    [Fact]
    public void Status_ResourceGone_IsRemovedByThePatch()
    {
        var patch = NodeStatusPlanner.Plan(
            Parse("""{"status":{"capacity":{"cpu":"4","example.com/gpu":"1"}}}"""), Parse("""{"capacity":{"cpu":"4"}}"""), Now);

        Assert.Equal("""{"status":{"capacity":{"cpu":"4","example.com/gpu":null}}}""", patch!.ToJsonString());
    }

    [Fact]
    public void Silence_NodeThatNeverReported_SaysSo()
    {
        var patch = NodeStatusPlanner.PlanSilence(Parse("""{"status":{}}"""), Now, TimeSpan.FromSeconds(10));

        var ready = Conditions.Find(patch!["status"]!["conditions"], "Ready");
        Assert.Equal("NodeStatusNeverUpdated", (string?)ready!["reason"]);
        Assert.Null(NodeStatusPlanner.PlanSilence(new JsonObject { ["status"] = patch["status"]!.DeepClone() }, Now, TimeSpan.FromSeconds(10)));
    }

    [Theory]
    [InlineData(9, false)]
    [InlineData(11, true)]
    public void Silence_StatusPostedOverRest_CountsWhileItIsYoung(int secondsAgo, bool isSilent)
    {
        var posted = (Now - TimeSpan.FromSeconds(secondsAgo)).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);
        var node = Parse($$"""{"status":{"conditions":[{"type":"Ready","status":"True","lastHeartbeatTime":"{{posted}}"}]} }""");

        Assert.Equal(isSilent, NodeStatusPlanner.PlanSilence(node, Now, TimeSpan.FromSeconds(10)) is not null);
    }

    [Fact]
    public void Registration_ExistingNode_ChangesOnlyMachineLabelsAndMissingOnes()
    {
        var node = Parse("""{"metadata":{"labels":{"kubernetes.io/arch":"arm64","zone":"mine"}},"spec":{"podCIDR":"10.244.7.0/24"}}""");
        var registered = Parse("""{"metadata":{"labels":{"kubernetes.io/arch":"amd64","zone":"theirs","new":"1"}}}""");

        var patch = NodeRegistrationPlanner.PlanUpdate(node, registered, "10.244.1.0/24");

        Assert.Equal("""{"metadata":{"labels":{"kubernetes.io/arch":"amd64","new":"1"}}}""", patch!.ToJsonString());
    }

    [Fact]
    public void PodStatus_Report_KeepsForeignConditionsAndDropsWhatTheNodeNoLongerSays()
    {
        var pod = Parse("""{"status":{"phase":"Running","qosClass":"BestEffort","message":"old","conditions":[{"type":"PodScheduled","status":"True"},{"type":"Ready","status":"False","lastTransitionTime":"2025-01-01T00:00:00Z"}]}}""");
        var reported = Parse("""{"phase":"Running","podIP":"10.244.0.2","conditions":[{"type":"Ready","status":"True"},{"type":"PodScheduled","status":"False"}]}""");

        var status = PodStatusPlanner.Plan(pod, reported, Now)!["status"]!.AsObject();

        Assert.Equal(["message", "podIP", "conditions"], status.Select(static pair => pair.Key));
        Assert.Null(status["message"]);
        Assert.Equal("True", (string?)Conditions.Find(status["conditions"], "PodScheduled")!["status"]);
        Assert.Equal("2026-01-02T03:04:05Z", (string?)Conditions.Find(status["conditions"], "Ready")!["lastTransitionTime"]);
    }

    [Theory]
    [InlineData("Succeeded", "Running", null)]
    [InlineData("Failed", "Pending", null)]
    [InlineData("Failed", "Succeeded", null)]
    [InlineData("Pending", "Running", "Running")]
    [InlineData("Running", "Failed", "Failed")]
    public void PodStatus_PhaseAfterTheEnd_NeverGoesBack(string stored, string reported, string? written)
    {
        var patch = PodStatusPlanner.Plan(Parse($$$"""{"status":{"phase":"{{{stored}}}"}}"""), Parse($$"""{"phase":"{{reported}}"}"""), Now);

        Assert.Equal(written, (string?)patch?["status"]?["phase"]);
    }

    [Fact]
    public void PodStatus_SameReportTwice_NeedsNoSecondWrite()
    {
        var reported = Parse("""{"phase":"Running","startTime":"2026-01-01T00:00:00Z","containerStatuses":[{"name":"c","restartCount":0}],"conditions":[{"type":"Ready","status":"True"}]}""");
        var first = PodStatusPlanner.Plan(Parse("""{"status":{"phase":"Pending"}}"""), reported, Now);

        Assert.Null(PodStatusPlanner.Plan(first!, reported, Now.AddSeconds(9)));
    }

    [Fact]
    public void Cidrs_NodesComeAndGo_BlocksAreKeptAndReused()
    {
        Assert.True(NodeCidrRange.TryParse("10.244.0.0/22", 24, out var range));
        Assert.Equal(4, range.Count);
        Assert.Equal("10.244.3.0/24", range[3]);
        Assert.Null(range.IndexOf("10.245.0.0/24"));
        var blocks = new Dictionary<string, int> { ["a"] = 0, ["b"] = 2 };

        Assert.Equal(2, NodeCidrPlanner.Choose(blocks, range, "b", null));
        Assert.Equal(1, NodeCidrPlanner.Choose(blocks, range, "c", null));
        Assert.Equal(3, NodeCidrPlanner.Choose(blocks, range, "c", "10.244.3.0/24"));
        Assert.Equal(1, NodeCidrPlanner.Choose(blocks, range, "c", "10.244.2.0/24"));
        Assert.Null(NodeCidrPlanner.Choose(new Dictionary<string, int> { ["a"] = 0, ["b"] = 1, ["c"] = 2, ["d"] = 3 }, range, "e", null));
    }

    private static JsonObject Parse(string json) => JsonNode.Parse(json)!.AsObject();
}
