using System.Text.Json.Nodes;
using Crescent.Grains.Autoscaling;
using Crescent.Grains.Tests.Reconciling;
using Crescent.Identity;
using Xunit;

namespace Crescent.Grains.Tests.Autoscaling;

public sealed class AutoscalerPlannerTests
{
    [Theory]
    [InlineData(2, new long[] { 90, 90 }, 2, 3)] // 90 % of 60 % wanted
    [InlineData(2, new long[] { 63, 63 }, 2, 2)] // within a tenth
    [InlineData(4, new long[] { 15, 15, 15, 15 }, 4, 4)] // the past asked for four
    [InlineData(4, new long[] { 15, 15, 15, 15 }, 1, 1)]
    [InlineData(2, new long[] { 600, 600 }, 2, 6)] // not more than four at once
    [InlineData(8, new long[] { 90, 90, 90, 90, 90, 90, 90, 90 }, 8, 10)] // the maximum
    public void Plan_CpuUtilization_GivesTheSizeThatMeetsTheGoal(int current, long[] use, int highest, int expected) =>
        Assert.Equal(expected, Plan(current, [.. use.Select((value, index) => new PodUsage($"p{index}", true, 100, value))], highest).Desired);

    [Fact]
    public void Plan_SomePodsSayNothing_IsCarefulInBothDirections()
    {
        Assert.Equal(2, Plan(2, [new("a", true, 100, 70), new("b", true, 100, null)], 2).Desired);
        Assert.Equal(2, Plan(2, [new("a", true, 100, 10), new("b", true, 100, null)], 1).Desired);
    }

    [Fact]
    public void Plan_APodWithoutRequests_StaysAndSaysWhy()
    {
        var plan = Plan(3, [new("a", true, 0, 70)], 3);
        Assert.Equal(3, plan.Desired);
        Assert.Equal(("False", "FailedGetResourceMetric"), (plan.ScalingActive.Status, plan.ScalingActive.Reason));
        Assert.Contains("missing request for cpu in container of Pod a", plan.ScalingActive.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Plan_ScaledToZero_LeavesItThere()
    {
        var plan = Plan(0, [], 0);
        Assert.Equal((0, "ScalingDisabled"), (plan.Desired, plan.ScalingActive.Reason));
    }

    private static AutoscalerPlan Plan(int current, List<PodUsage> usage, int highest)
    {
        var body = JsonNode.Parse("""
            {"kind":"HorizontalPodAutoscaler","metadata":{"name":"web","namespace":"default","uid":"u"},"spec":{"minReplicas":1,"maxReplicas":10,
             "scaleTargetRef":{"apiVersion":"apps/v1","kind":"Deployment","name":"web"},
             "metrics":[{"type":"Resource","resource":{"name":"cpu","target":{"type":"Utilization","averageUtilization":60}}}]}}
            """)!.AsObject();
        var snapshot = Snapshots.Of(new ResourceKey(KnownTypes.HorizontalPodAutoscalers, "default", "web"), body, 1);
        return AutoscalerPlanner.Plan(AutoscalerFacts.Of(snapshot), current, [usage], highest);
    }
}
