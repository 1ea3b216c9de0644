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
    [InlineData(2, new long[] { 600, 600 }, 2, 4)] // it at most doubles, but always reaches four
    [InlineData(1, new long[] { 600 }, 1, 4)]
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

    [Theory]
    [InlineData("""{"scaleUp":{"policies":[{"type":"Pods","value":1,"periodSeconds":60}]}}""", 4, 600, 5, "ScaleUpLimit")]
    [InlineData("""{"scaleUp":{"policies":[{"type":"Pods","value":1,"periodSeconds":60},{"type":"Percent","value":50,"periodSeconds":60}]}}""", 4, 600, 6, "ScaleUpLimit")]
    [InlineData("""{"scaleUp":{"selectPolicy":"Min","policies":[{"type":"Pods","value":1,"periodSeconds":60},{"type":"Percent","value":50,"periodSeconds":60}]}}""", 4, 600, 5, "ScaleUpLimit")]
    [InlineData("""{"scaleUp":{"selectPolicy":"Disabled","policies":[{"type":"Pods","value":9,"periodSeconds":60}]}}""", 4, 600, 4, "ScaleUpLimit")]
    [InlineData("""{"scaleDown":{"stabilizationWindowSeconds":0,"policies":[{"type":"Pods","value":2,"periodSeconds":60}]}}""", 8, 6, 6, "ScaleDownLimit")]
    [InlineData("""{"scaleDown":{"stabilizationWindowSeconds":0,"policies":[{"type":"Percent","value":10,"periodSeconds":60}]}}""", 8, 6, 7, "ScaleDownLimit")]
    [InlineData("""{"scaleDown":{"stabilizationWindowSeconds":0,"selectPolicy":"Disabled","policies":[{"type":"Pods","value":2,"periodSeconds":60}]}}""", 8, 6, 8, "ScaleDownLimit")]
    [InlineData("""{"scaleUp":{"tolerance":"500m","policies":[{"type":"Pods","value":9,"periodSeconds":60}]}}""", 4, 84, 4, "DesiredWithinRange")]
    [InlineData("""{"scaleUp":{"tolerance":"0","policies":[{"type":"Pods","value":9,"periodSeconds":60}]}}""", 4, 63, 5, "DesiredWithinRange")]
    public void Plan_Behavior_LimitsHowFastAndWhen(string behavior, int current, long use, int expected, string reason)
    {
        var plan = Plan(current, Pods(current, use), new(), behavior);
        Assert.Equal((expected, reason), (plan.Desired, plan.ScalingLimited!.Value.Reason));
    }

    [Fact]
    public void Plan_AddedInThePeriod_CountsAgainstThePolicy()
    {
        const string OneAMinute = """{"scaleUp":{"policies":[{"type":"Pods","value":2,"periodSeconds":60}]}}""";
        var past = new ScalingPast();
        past.Changed(Now.AddSeconds(-30), 1);
        Assert.Equal(5, Plan(4, Pods(4, 600), past, OneAMinute).Desired);
        past.Changed(Now.AddSeconds(-20), 1);
        Assert.Equal(4, Plan(4, Pods(4, 600), past, OneAMinute).Desired);
        past.Forget(Now.AddSeconds(-10));
        Assert.Equal(6, Plan(4, Pods(4, 600), past, OneAMinute).Desired);
    }

    [Fact]
    public void Plan_ScaleUpWindow_TakesTheLowestRecommendation()
    {
        const string Window = """{"scaleUp":{"stabilizationWindowSeconds":60,"policies":[{"type":"Pods","value":9,"periodSeconds":15}]}}""";
        var past = new ScalingPast();
        past.Recommended(Now.AddSeconds(-30), 3);
        var plan = Plan(2, Pods(2, 240), past, Window);
        Assert.Equal((3, "ScaleUpStabilized"), (plan.Desired, plan.AbleToScale.Reason));
        past.Forget(Now.AddSeconds(-20));
        Assert.Equal(8, Plan(2, Pods(2, 240), past, Window).Desired);
    }

    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private static List<PodUsage> Pods(int count, long use) => [.. Enumerable.Range(0, count).Select(index => new PodUsage($"p{index}", true, 100, use))];

    private static AutoscalerPlan Plan(int current, List<PodUsage> usage, int highest)
    {
        var past = new ScalingPast();
        past.Recommended(Now.AddSeconds(-15), highest);
        return Plan(current, usage, past, null);
    }

    private static AutoscalerPlan Plan(int current, List<PodUsage> usage, ScalingPast past, string? behavior)
    {
        var body = JsonNode.Parse("""
            {"kind":"HorizontalPodAutoscaler","metadata":{"name":"web","namespace":"default","uid":"u"},"spec":{"minReplicas":1,"maxReplicas":10,
             "scaleTargetRef":{"apiVersion":"apps/v1","kind":"Deployment","name":"web"},
             "metrics":[{"type":"Resource","resource":{"name":"cpu","target":{"type":"Utilization","averageUtilization":60}}}]}}
            """)!.AsObject();
        if (behavior is not null)
        {
            body["spec"]!["behavior"] = JsonNode.Parse(behavior);
        }

        var snapshot = Snapshots.Of(new ResourceKey(KnownTypes.HorizontalPodAutoscalers, "default", "web"), body, 1);
        return AutoscalerPlanner.Plan(AutoscalerFacts.Of(snapshot), current, [usage], past, Now);
    }
}
