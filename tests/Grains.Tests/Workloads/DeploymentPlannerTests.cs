using System.Text.Json.Nodes;
using Crescent.Grains.Workloads.Deployments;
using CsCheck;
using Xunit;

namespace Crescent.Grains.Tests.Workloads;

public sealed class DeploymentPlannerTests
{
    [Fact]
    public void Plan_NewDeployment_CreatesOneRevisionOfFullSize()
    {
        var plan = new RolloutSimulation(3).Plan();
        Assert.Equal(3, plan.Create!.Replicas);
        Assert.Equal("1", plan.Revision);
        Assert.StartsWith("web-", plan.Create.Name, StringComparison.Ordinal);
    }

    [Fact]
    public void Rollout_NewDeployment_EndsAvailableAndProgressed()
    {
        var rollout = new RolloutSimulation(3);
        rollout.Step();
        Assert.Equal("True NewReplicaSetCreated", rollout.Condition("Progressing"));
        Assert.Equal("False MinimumReplicasUnavailable", rollout.Condition("Available"));
        rollout.RunToEnd();
        Assert.Equal("True MinimumReplicasAvailable", rollout.Condition("Available"));
        Assert.Equal("True NewReplicaSetAvailable", rollout.Condition("Progressing"));
        Assert.Equal(3, (int)rollout.Deployment["status"]!["updatedReplicas"]!);
        var set = Assert.Single(rollout.Sets);
        Assert.Equal("a", (string)set["metadata"]!["annotations"]!["team"]!);
        Assert.Equal(
            (string)set["metadata"]!["labels"]![PodTemplateHash.Label]!, (string)set["spec"]!["selector"]!["matchLabels"]![PodTemplateHash.Label]!);
    }

    [Theory]
    [InlineData(10, "25%", "25%")]
    [InlineData(3, "1", "0")]
    [InlineData(3, "0", "1")]
    [InlineData(1, "0", "0")]
    [InlineData(5, "100%", "100%")]
    public void Rollout_NewImage_StaysWithinSurgeAndUnavailable(int replicas, string surge, string unavailable) =>
        CheckBounds(replicas, surge, unavailable, growth: 1);

    [Fact]
    public void Rollout_AnySize_StaysWithinBoundsAndEnds() =>
        Gen.Select(Gen.Int[1, 40], Gen.Int[0, 10], Gen.Int[0, 100], Gen.Int[1, 8])
            .Sample((replicas, surge, unavailable, growth) => CheckBounds(replicas, $"{surge}", $"{unavailable}%", growth), iter: 200);

    [Fact]
    public void Rollout_BackToOldTemplate_ReusesItsReplicaSetUnderANewRevision()
    {
        var rollout = new RolloutSimulation(2);
        rollout.RunToEnd();
        rollout.Image = "app:2";
        rollout.RunToEnd();
        Assert.Equal("2", (string)rollout.Deployment["metadata"]!["annotations"]![DeploymentAnnotations.Revision]!);
        rollout.Image = "app:1";
        rollout.RunToEnd();
        Assert.Equal(2, rollout.Sets.Count());
        var first = rollout.Sets.First();
        Assert.Equal("3", (string)first["metadata"]!["annotations"]![DeploymentAnnotations.Revision]!);
        Assert.Equal("1", (string)first["metadata"]!["annotations"]![DeploymentAnnotations.RevisionHistory]!);
        Assert.Equal("3", (string)rollout.Deployment["metadata"]!["annotations"]![DeploymentAnnotations.Revision]!);
        Assert.Equal([2, 0], rollout.Sets.Select(RolloutSimulation.Size));
    }

    [Fact]
    public void Rollout_ManyRevisions_KeepsOnlyTheHistoryLimit()
    {
        var rollout = new RolloutSimulation(1, history: 2);
        for (var version = 1; version <= 6; version++)
        {
            rollout.Image = $"app:{version}";
            rollout.RunToEnd();
        }

        Assert.Equal(3, rollout.Sets.Count());
    }

    [Fact]
    public void Plan_Recreate_WaitsForOldPodsToEnd()
    {
        var rollout = new RolloutSimulation(2, strategy: "Recreate");
        rollout.RunToEnd();
        rollout.Image = "app:2";
        rollout.HasOldPods = true;
        rollout.Step();
        rollout.RunPods();
        Assert.Equal(0, RolloutSimulation.Size(Assert.Single(rollout.Sets)));
        Assert.Null(rollout.Plan().Create);
        rollout.HasOldPods = false;
        Assert.Equal(2, rollout.Plan().Create!.Replicas);
        rollout.RunToEnd();
        Assert.Equal("True NewReplicaSetAvailable", rollout.Condition("Progressing"));
    }

    [Fact]
    public void Plan_Paused_ScalesButDoesNotRollOut()
    {
        var rollout = new RolloutSimulation(2);
        rollout.RunToEnd();
        rollout.Spec["paused"] = true;
        rollout.Image = "app:2";
        rollout.Replicas = 4;
        rollout.RunToEnd();
        Assert.Equal(4, RolloutSimulation.Size(Assert.Single(rollout.Sets)));
        Assert.Equal("Unknown DeploymentPaused", rollout.Condition("Progressing"));
        rollout.Spec["paused"] = false;
        rollout.Touch();
        rollout.RunToEnd();
        Assert.Equal([0, 4], rollout.Sets.Select(RolloutSimulation.Size));
        Assert.Equal("True NewReplicaSetAvailable", rollout.Condition("Progressing"));
    }

    [Fact]
    public void Plan_ScaledInTheMiddleOfARollout_SpreadsInProportion()
    {
        var rollout = new RolloutSimulation(10, "3", "2");
        rollout.RunToEnd();
        rollout.Image = "app:2";
        rollout.Step();
        rollout.Step();
        Assert.Equal([8, 3], rollout.Sets.Select(RolloutSimulation.Size));
        rollout.Step();
        rollout.Step();
        Assert.Equal([8, 5], rollout.Sets.Select(RolloutSimulation.Size));
        rollout.Replicas = 15;
        rollout.Step();
        Assert.Equal([11, 7], rollout.Sets.Select(RolloutSimulation.Size));
    }

    [Fact]
    public void Plan_NoProgressUntilTheDeadline_SaysSoOnce()
    {
        var rollout = new RolloutSimulation(1);
        rollout.Step();
        Assert.Equal(TimeSpan.FromSeconds(600), rollout.Plan().LookAgain);
        rollout.Now += TimeSpan.FromSeconds(600);
        rollout.Step();
        Assert.Equal("False ProgressDeadlineExceeded", rollout.Condition("Progressing"));
        Assert.False(rollout.Step());
        Assert.Null(rollout.Plan().LookAgain);
        rollout.RunToEnd();
        Assert.Equal("True NewReplicaSetAvailable", rollout.Condition("Progressing"));
    }

    [Fact]
    public void Plan_ReplicaSetFails_ShowsReplicaFailure()
    {
        var rollout = new RolloutSimulation(1);
        rollout.Step();
        rollout.Sets.First()["status"]!["conditions"] = JsonNode.Parse(
            """[{"type":"ReplicaFailure","status":"True","reason":"FailedCreate","message":"quota"}]""");
        rollout.Step();
        Assert.Equal("True FailedCreate", rollout.Condition("ReplicaFailure"));
        rollout.Sets.First()["status"]!["conditions"] = null;
        rollout.Step();
        Assert.Equal("", rollout.Condition("ReplicaFailure"));
    }

    [Fact]
    public void Plan_BrokenNewRevision_KeepsOldPodsAvailable()
    {
        var rollout = new RolloutSimulation(4, "1", "0");
        rollout.RunToEnd();
        rollout.Image = "broken:1";
        for (var step = 0; step < 10; step++)
        {
            rollout.Step();
            rollout.RunPods(growth: 0);
        }

        Assert.Equal([4, 1], rollout.Sets.Select(RolloutSimulation.Size));
    }

    [Fact]
    public void Canonical_OrderNullsAndHashLabel_DoNotMatter() => Assert.Equal(
        PodTemplateHash.Canonical(System.Text.Json.JsonElement.Parse(
            """{"metadata":{"labels":{"b":"2","a":"1"},"creationTimestamp":null},"spec":{"x":1,"y":null}}""")),
        PodTemplateHash.Canonical(System.Text.Json.JsonElement.Parse(
            """{"spec":{"x":1},"metadata":{"labels":{"a":"1","pod-template-hash":"zz","b":"2"}}}""")));

    private static void CheckBounds(int replicas, string surge, string unavailable, int growth)
    {
        var rollout = new RolloutSimulation(replicas, surge, unavailable);
        rollout.RunToEnd();
        rollout.Image = "app:2";
        var bounds = DeploymentFacts.Of(Crescent.Grains.Tests.Reconciling.Snapshots.Of(rollout.Deployment));
        for (var step = 0; step < 500; step++)
        {
            var hasMoved = rollout.Step();
            Assert.True(rollout.Sets.Sum(RolloutSimulation.Size) <= bounds.MaxPods, "too many pods");
            rollout.RunPods(growth);
            Assert.True(rollout.Sets.Sum(RolloutSimulation.Available) >= replicas - bounds.MaxUnavailable, "too few available");
            if (!hasMoved && rollout.Condition("Progressing") == "True NewReplicaSetAvailable" && rollout.Sets.Count(set => RolloutSimulation.Size(set) > 0) == 1)
            {
                Assert.Equal(replicas, RolloutSimulation.Size(rollout.Sets.Last()));
                return;
            }
        }

        Assert.Fail("the rollout did not end");
    }
}
