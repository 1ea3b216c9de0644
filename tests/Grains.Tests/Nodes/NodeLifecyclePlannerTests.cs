using Crescent.Grains.Nodes.Lifecycle;
using Crescent.Grains.Tests.Reconciling;
using Xunit;

namespace Crescent.Grains.Tests.Nodes;

public sealed class NodeLifecyclePlannerTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly Dictionary<(string Key, string Effect), DateTimeOffset> _firstSeen = [];

    [Fact]
    public void Plan_ReadyNode_HasNothingToDo()
    {
        var plan = Plan(Node("True"), Pod());
        Assert.Null(plan.Taints);
        Assert.Empty(plan.Evict);
        Assert.Null(plan.LookAgain);
    }

    [Theory]
    [InlineData("False", "node.kubernetes.io/not-ready")]
    [InlineData("Unknown", "node.kubernetes.io/unreachable")]
    public void Plan_NotReady_TaintsForSchedulingAndExecution(string ready, string key)
    {
        var plan = Plan(Node(ready));
        Assert.Equal([(key, "NoSchedule"), (key, "NoExecute")], plan.Taints!.Value.Select(taint => (taint.Key, taint.Effect)));
        Assert.True(plan.HasFailed);
    }

    [Fact]
    public void Plan_NeverReported_OnlyBlocksScheduling() => Assert.Equal("NoSchedule", Assert.Single(Plan(Node("")).Taints!.Value).Effect);

    [Fact]
    public void Plan_ReadyAgain_RemovesOwnTaintsAndKeepsOthers()
    {
        var plan = Plan(Node("True", """
            [{"key":"node.kubernetes.io/unreachable","effect":"NoExecute"},{"key":"dedicated","value":"db","effect":"NoSchedule"}]
            """));
        Assert.Equal("dedicated", Assert.Single(plan.Taints!.Value).Key);
    }

    [Fact]
    public void Plan_CordonedNode_GetsTheUnschedulableTaint()
    {
        var node = NodeFacts.Of(Snapshots.Of("""
            {"apiVersion":"v1","kind":"Node","metadata":{"name":"n1","uid":"n"},"spec":{"unschedulable":true},
             "status":{"conditions":[{"type":"Ready","status":"True"},{"type":"MemoryPressure","status":"True"}]}}
            """));
        Assert.Equal(
            ["node.kubernetes.io/unschedulable", "node.kubernetes.io/memory-pressure"],
            NodeLifecyclePlanner.Plan(node, [], true, _firstSeen, Now).Taints!.Value.Select(taint => taint.Key));
    }

    [Fact]
    public void Plan_Unreachable_MarksReadyPodsNotReady() => Assert.Single(Plan(Node("Unknown"), Pod()).MarkNotReady);

    [Fact]
    public void Plan_BackAgain_RestoresOnlyPodsItMarkedItself()
    {
        var marked = NodePod.Of(Snapshots.Of("""
            {"kind":"Pod","metadata":{"name":"p","uid":"p"},"status":{"conditions":[{"type":"Ready","status":"False","reason":"NodeNotReady"}]}}
            """));
        var unready = NodePod.Of(Snapshots.Of("""
            {"kind":"Pod","metadata":{"name":"q","uid":"q"},"status":{"conditions":[{"type":"Ready","status":"False","reason":"ContainersNotReady"}]}}
            """));
        Assert.Equal("p", Assert.Single(Plan(Node("True"), marked, unready).MarkReadyAgain).Snapshot.Key.Name);
        Assert.Empty(Plan(Node("Unknown"), marked, unready).MarkReadyAgain);
    }

    [Fact]
    public void Plan_TolerationSeconds_EvictsWhenTheyHavePassed()
    {
        var node = Node("Unknown", Unreachable(Now.AddSeconds(-200)));
        var early = Plan(node, Pod(seconds: 300));
        Assert.Empty(early.Evict);
        Assert.Equal(TimeSpan.FromSeconds(100), early.LookAgain);
        Assert.Single(Plan(Node("Unknown", Unreachable(Now.AddSeconds(-300))), Pod(seconds: 300)).Evict);
    }

    [Fact]
    public void Plan_NoToleration_EvictsAtOnce() => Assert.Single(Plan(Node("Unknown", Unreachable(Now)), Pod(key: "other")).Evict);

    [Fact]
    public void Plan_ToleratesForEver_Stays()
    {
        var plan = Plan(Node("Unknown", Unreachable(Now.AddDays(-1))), Pod());
        Assert.Empty(plan.Evict);
        Assert.Null(plan.LookAgain);
    }

    [Fact]
    public void Plan_NoNodeIsReady_EvictsNothing() => Assert.Empty(
        NodeLifecyclePlanner.Plan(Node("Unknown", Unreachable(Now.AddDays(-1))), [Pod(key: "other")], false, _firstSeen, Now).Evict);

    [Fact]
    public void Plan_TaintWithoutATime_CountsFromWhenItWasSeen()
    {
        var node = Node("True", """[{"key":"maintenance","effect":"NoExecute"}]""");
        Assert.Equal(TimeSpan.FromSeconds(60), Plan(node, Pod("maintenance", 60)).LookAgain);
        Assert.Single(NodeLifecyclePlanner.Plan(node, [Pod("maintenance", 60)], true, _firstSeen, Now.AddSeconds(60)).Evict);
        Plan(Node("True"));
        Assert.Empty(_firstSeen);
    }

    private NodeLifecyclePlan Plan(NodeFacts node, params NodePod[] pods) => NodeLifecyclePlanner.Plan(node, pods, true, _firstSeen, Now);

    private static string Unreachable(DateTimeOffset since) =>
        $$"""[{"key":"node.kubernetes.io/unreachable","effect":"NoSchedule"},{"key":"node.kubernetes.io/unreachable","effect":"NoExecute","timeAdded":"{{since:yyyy-MM-ddTHH:mm:ssZ}}"}]""";

    private static NodeFacts Node(string ready, string taints = "[]")
    {
        var conditions = ready.Length == 0 ? "[]" : $$"""[{"type":"Ready","status":"{{ready}}"}]""";
        return NodeFacts.Of(Snapshots.Of($$"""
            {"apiVersion":"v1","kind":"Node","metadata":{"name":"n1","uid":"n"},"spec":{"taints":{{taints}} },"status":{"conditions":{{conditions}} } }
            """));
    }

    private static NodePod Pod(string key = "node.kubernetes.io/unreachable", int? seconds = null) => NodePod.Of(Snapshots.Of($$"""
        {"apiVersion":"v1","kind":"Pod","metadata":{"name":"p","namespace":"default","uid":"p"},
         "spec":{"nodeName":"n1","tolerations":[{"key":"{{key}}","operator":"Exists","effect":"NoExecute"{{(seconds is null ? "" : $",\"tolerationSeconds\":{seconds}")}} }]},
         "status":{"phase":"Running","conditions":[{"type":"Ready","status":"True"}]} }
        """));
}
