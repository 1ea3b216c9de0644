using System.Text.Json.Nodes;
using Crescent.Grains.Scheduling;
using Crescent.Grains.Tests.Reconciling;

namespace Crescent.Grains.Tests.Scheduling;

public sealed class PreemptionTests
{
    private readonly SchedulerHarness _harness = new();

    [Fact]
    public void Plan_NoRoomForAHigherPod_TakesTheLeastOffOneNode()
    {
        _harness.AddNode("a");
        _harness.AddNode("b");
        Bound("a-low", "a", 0, "2");
        Bound("a-mid", "a", 50, "2");
        Bound("b-low", "b", 0, "1");
        Bound("b-mid", "b", 0, "3");
        Waiting("vip", 100, "2");

        var plan = Next().Preemption;

        Assert.Equal("a", plan!.NodeName);
        Assert.Equal(["a-low"], plan.Victims.Select(pod => pod.Key.Name));
        Assert.Equal(4, _harness.Scheduler.Cluster.PodCount);
    }

    [Theory]
    [InlineData(0, "2", null, false)] // nobody is less important
    [InlineData(100, "5", null, false)] // no node is large enough
    [InlineData(100, "2", "Never", false)]
    [InlineData(100, "2", null, true)]
    public void Plan_ForAPod_OnlyTakesWhatHelps(int priority, string cpu, string? policy, bool isPlanned)
    {
        _harness.AddNode("a");
        Bound("low", "a", 0, "3");
        Waiting("next", priority, cpu, policy);
        Assert.Equal(isPlanned, Next().Preemption is not null);
    }

    [Fact]
    public void Plan_VictimsAreLeavingAlready_WaitsForThem()
    {
        _harness.AddNode("a");
        Bound("leaving", "a", 0, "3", isDeleting: true);
        Waiting("vip", 100, "2");
        Assert.Null(Next().Preemption);
    }

    [Fact]
    public void Plan_ABudgetCannotSpareAPod_TakesAMoreImportantOneInstead()
    {
        _harness.AddNode("a");
        Bound("guarded", "a", 0, "2", labels: "guarded");
        Bound("free", "a", 50, "2");
        Budget("guarded", 0);
        Waiting("vip", 100, "2");
        Assert.Equal(["free"], Next().Preemption!.Victims.Select(static pod => pod.Key.Name));
    }

    [Fact]
    public void Plan_ABudgetCannotSpareAPodOfOneNode_GoesToTheOther()
    {
        _harness.AddNode("a");
        _harness.AddNode("b");
        Bound("guarded", "a", 0, "4", labels: "guarded");
        Bound("free", "b", 50, "4");
        Budget("guarded", 0);
        Waiting("vip", 100, "2");
        Assert.Equal("b", Next().Preemption!.NodeName);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    public void Plan_NothingElseHelps_BreaksTheBudget(int allowed, int violations)
    {
        _harness.AddNode("a");
        Bound("guarded", "a", 0, "4", labels: "guarded");
        Budget("guarded", allowed);
        Waiting("vip", 100, "2");
        var plan = Next().Preemption!;
        Assert.Equal(("guarded", violations), (plan.Victims.Single().Key.Name, plan.Violations));
    }

    private void Budget(string app, int allowed) => _harness.Budgets.Add(Snapshots.Of(
        new Crescent.Identity.ResourceKey(Crescent.Identity.KnownTypes.PodDisruptionBudgets, "default", app),
        JsonNode.Parse($$$"""
            {"kind":"PodDisruptionBudget","metadata":{"name":"{{{app}}}","namespace":"default","uid":"{{{app}}}"},
             "spec":{"selector":{"matchLabels":{"app":"{{{app}}}"} } },"status":{"disruptionsAllowed":{{{allowed}}} } }
            """)!.AsObject(), 1));

    private Attempt Next() => _harness.Scheduler.TryScheduleNext(_harness.Now)!;

    private void Bound(string name, string node, int priority, string cpu, bool isDeleting = false, string? labels = null) => _harness.AddPod(name, pod =>
    {
        if (labels is not null)
        {
            pod["metadata"]!["labels"] = new JsonObject { ["app"] = labels };
        }

        SchedulerHarness.Requests(cpu)(pod);
        pod["spec"]!["nodeName"] = node;
        pod["spec"]!["priority"] = priority;
        if (isDeleting)
        {
            pod["metadata"]!["deletionTimestamp"] = "2026-01-01T00:00:30Z";
        }
    });

    private void Waiting(string name, int priority, string cpu, string? policy = null) => _harness.AddPod(name, pod =>
    {
        SchedulerHarness.Requests(cpu)(pod);
        pod["spec"]!["priority"] = priority;
        if (policy is not null)
        {
            pod["spec"]!["preemptionPolicy"] = policy;
        }
    });
}
