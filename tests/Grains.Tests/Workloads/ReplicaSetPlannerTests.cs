using Crescent.Grains.Tests.Reconciling;
using Crescent.Grains.Workloads;
using Crescent.Grains.Workloads.ReplicaSets;
using Xunit;
using static Crescent.Grains.Tests.Workloads.PodBuilder;

namespace Crescent.Grains.Tests.Workloads;

public sealed class ReplicaSetPlannerTests
{
    [Fact]
    public void Plan_NoPods_CreatesAll() => Assert.Equal(3, Plan(Set(3)).Create);

    [Fact]
    public void Plan_FinishedAndDeletingPods_AreReplaced()
    {
        var plan = Plan(Set(3), Pod("a"), Pod("b", phase: "Failed"), Pod("c", deleting: true));
        Assert.Equal(2, plan.Create);
        Assert.Equal(new ReplicaCounts(1, 1, 1, 1), plan.Counts);
    }

    [Fact]
    public void Plan_MatchingOrphan_IsAdoptedAndCounted()
    {
        var plan = Plan(Set(1), Pod("orphan", controller: null));
        Assert.Equal("orphan", Assert.Single(plan.Adopt).Snapshot.Key.Name);
        Assert.Equal(0, plan.Create);
    }

    [Fact]
    public void Plan_ForeignPod_IsLeftAlone()
    {
        var plan = Plan(Set(1), Pod("other", controller: "someone"), Pod("stranger", controller: null, app: "db"));
        Assert.Empty(plan.Adopt);
        Assert.Equal(1, plan.Create);
    }

    [Fact]
    public void Plan_OwnPodStopsMatching_IsReleasedAndReplaced()
    {
        var plan = Plan(Set(1), Pod("a", app: "debug"));
        Assert.Single(plan.Release);
        Assert.Equal(1, plan.Create);
    }

    [Fact]
    public void Plan_SetIsDeleting_TouchesNothing()
    {
        var plan = Plan(Set(3, deleting: true), Pod("a"), Pod("orphan", controller: null), Pod("moved", app: "debug"));
        Assert.Equal(0, plan.Create);
        Assert.Empty(plan.Delete);
        Assert.Empty(plan.Adopt);
        Assert.Empty(plan.Release);
    }

    [Fact]
    public void Plan_TooMany_DeletesUnassignedThenPendingThenUnready()
    {
        var plan = Plan(
            Set(1), Pod("ready"), Pod("unready", ready: false), Pod("pending", phase: "Pending", ready: false),
            Pod("unassigned", phase: "Pending", node: "", ready: false));
        Assert.Equal(["unassigned", "pending", "unready"], plan.Delete.Select(pod => pod.Snapshot.Key.Name));
    }

    [Fact]
    public void Plan_TooMany_DeletesCheapestThenDoubledUpThenYoungest()
    {
        Assert.Equal("cheap", DeletedOf(Pod("dear", cost: 10), Pod("cheap", cost: -10)));
        Assert.Equal(1, Plan(Set(2), Pod("a", node: "n1"), Pod("b", node: "n2"), Pod("c", node: "n2")).Delete.Count(pod => pod.NodeName == "n2"));
        Assert.Equal("young", DeletedOf(Pod("old", readyFor: TimeSpan.FromHours(5)), Pod("young", readyFor: TimeSpan.FromMinutes(1))));
        Assert.Equal("restarting", DeletedOf(Pod("calm"), Pod("restarting", restarts: 3)));
        Assert.Equal("new", DeletedOf(Pod("aged", age: TimeSpan.FromDays(5)), Pod("new", age: TimeSpan.FromMinutes(1))));
    }

    [Fact]
    public void Plan_MinReadySeconds_CountsAvailableLaterAndLooksAgain()
    {
        var plan = Plan(Set(2, minReady: 60), Pod("a", readyFor: TimeSpan.FromSeconds(20)), Pod("b", readyFor: TimeSpan.FromSeconds(90)));
        Assert.Equal(new ReplicaCounts(2, 2, 2, 1), plan.Counts);
        Assert.Equal(TimeSpan.FromSeconds(40), plan.LookAgain);
    }

    [Fact]
    public void Plan_LabelOfTemplateMissing_IsNotFullyLabeled()
    {
        var plan = Plan(Set(1, templateLabels: """{"app":"web","tier":"front"}"""), Pod("a"));
        Assert.Equal(0, plan.Counts.FullyLabeled);
    }

    [Fact]
    public void WritePod_Template_KeepsItsNodesAndOwner()
    {
        var set = Set(1);
        var pod = Snapshots.Of(System.Text.Encoding.UTF8.GetString(PodTemplate.WritePod(
            new("apps/v1", "ReplicaSet", "default", "web", "set-uid"), System.Text.Json.JsonElement.Parse(
                """{"metadata":{"creationTimestamp":null,"labels":{"app":"web"}},"spec":{"containers":[{"name":"c","future":1.50}]}}"""), "web-x")));
        Assert.Equal("set-uid", pod.ControllerUid);
        Assert.Equal("web", pod.Labels["app"]);
        Assert.Contains("\"future\":1.50", System.Text.Encoding.UTF8.GetString(pod.Body), StringComparison.Ordinal);
        Assert.Equal("web", set.Snapshot.Key.Name);
    }

    private static string DeletedOf(params PodFacts[] pods) => Assert.Single(Plan(Set(1), pods).Delete).Snapshot.Key.Name;

    private static ReplicaSetPlan Plan(ReplicaSetFacts set, params PodFacts[] pods) => ReplicaSetPlanner.Plan(
        set, pods, pods.GroupBy(pod => pod.NodeName).ToDictionary(group => group.Key, group => group.Count()), Now);

    private static ReplicaSetFacts Set(int replicas, int minReady = 0, bool deleting = false, string templateLabels = """{"app":"web"}""") =>
        ReplicaSetFacts.Of(Snapshots.Of($$"""
            {"apiVersion":"apps/v1","kind":"ReplicaSet","metadata":{"name":"web","namespace":"default","uid":"set-uid","generation":1
             {{(deleting ? ",\"deletionTimestamp\":\"2026-01-01T00:00:00Z\"" : "")}} },
             "spec":{"replicas":{{replicas}},"minReadySeconds":{{minReady}},"selector":{"matchLabels":{"app":"web"} },
             "template":{"metadata":{"labels":{{templateLabels}} } } } }
            """));
}
