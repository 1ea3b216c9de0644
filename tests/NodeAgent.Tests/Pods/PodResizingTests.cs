using Crescent.NodeAgent.Pods;
using Crescent.NodeAgent.Runtimes;
using k8s.Models;
using Xunit;

namespace Crescent.NodeAgent.Tests.Pods;

public sealed class PodResizingTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly PodIdentity Identity = new("default", "web", "u1");
    private static readonly ContainerResources Small = new() { CpuShares = 102, MemoryBytes = 128 << 20 };

    [Fact]
    public void Plan_LimitRaised_ResizesTheRunningContainer()
    {
        var action = Assert.IsType<PodAction.ResizeContainer>(Assert.Single(PodPlanner.Plan(Snapshot(Pod("100m", "256Mi"))).Actions));
        Assert.Equal((256 << 20, 102), (action.Resources.MemoryBytes, action.Resources.CpuShares));
    }

    [Fact]
    public void Plan_NothingChanged_LeavesItAlone() => Assert.Empty(PodPlanner.Plan(Snapshot(Pod("100m", "128Mi"))).Actions);

    [Fact]
    public void Plan_EngineShowsOtherFigures_AsksOnce()
    {
        var snapshot = Snapshot(Pod("100m", "256Mi"));
        Assert.Empty(PodPlanner.Plan(snapshot with { Resized = snapshot.Resized.Add("c0", Small with { MemoryBytes = 256 << 20 }) }).Actions);
    }

    [Fact]
    public void Plan_PolicyIsRestart_EndsTheContainer()
    {
        var pod = Pod("100m", "256Mi");
        pod.Spec.Containers[0].ResizePolicy = [new V1ContainerResizePolicy { ResourceName = "memory", RestartPolicy = "RestartContainer" }];
        var kill = Assert.IsType<PodAction.KillContainer>(Assert.Single(PodPlanner.Plan(Snapshot(pod)).Actions));
        Assert.Equal("Container main resize requires restart", kill.Reason);
    }

    [Fact]
    public void Status_MoreThanTheNodeHas_KeepsWhatWasGivenAndSaysSo() =>
        AssertHeldBack(Snapshot(Granted(Pod("8", "128Mi"), "100m")), "Infeasible", "Node didn't have enough capacity: cpu, requested: 8000, capacity: 4000");

    [Fact]
    public void Status_MoreThanOthersLeave_KeepsWhatWasGivenAndSaysSo()
    {
        var pod = Granted(Pod("3", "128Mi"), "100m");
        var room = Room();
        room.Enter("u1", PodRequests.Granted(pod));
        room.Enter("u2", new(2, 0));

        AssertHeldBack(
            Snapshot(pod) with { Crowding = room.Take("u1", PodRequests.Of(pod)) },
            "Deferred", "Node didn't have enough resource: cpu, requested: 3000, used: 2000, capacity: 4000");
    }

    [Fact]
    public void Take_AnotherPodLeft_GrantsWhatItRefused()
    {
        var room = Room();
        var freed = 0;
        room.Freed += () => freed++;
        room.Enter("u1", new(1, 0));
        room.Enter("u2", new(2, 0));
        Assert.NotNull(room.Take("u1", new(3, 0)));

        room.Leave("u2");
        room.Leave("u2");

        Assert.Equal(1, freed);
        Assert.Null(room.Take("u1", new(3, 0)));
    }

    [Fact]
    public void Take_TwoGrowAtOnce_OneGetsTheLast()
    {
        var room = Room();
        room.Enter("u1", new(1, 0));
        room.Enter("u2", new(1, 0));

        Assert.Null(room.Take("u1", new(2.5m, 0)));
        Assert.NotNull(room.Take("u2", new(2.5m, 0)));
        Assert.Null(room.Take("u1", new(1, 0)));
        Assert.Null(room.Take("u2", new(2.5m, 0)));
    }

    [Fact]
    public void Take_NodeIsTooFullAlready_LetsAPodShrinkAndNoneGrow()
    {
        var room = Room();
        room.Enter("u1", new(3, 1 << 20));
        room.Enter("u2", new(3, 1 << 20));

        Assert.Null(room.Take("u1", new(2, 1 << 20)));
        Assert.Null(room.Take("u1", new(2, 2 << 20)));
        Assert.NotNull(room.Take("u1", new(2.1m, 2 << 20)));
    }

    private static NodeRoom Room() => new(new() { Current = new(4, 8L << 30, 0) });

    private static V1Pod Granted(V1Pod pod, string cpu)
    {
        pod.Status = new V1PodStatus
        {
            ContainerStatuses =
            [
                new V1ContainerStatus
                {
                    Name = "main",
                    AllocatedResources = new Dictionary<string, ResourceQuantity> { ["cpu"] = new(cpu) },
                    Resources = new V1ResourceRequirements { Requests = new Dictionary<string, ResourceQuantity> { ["cpu"] = new(cpu) } },
                },
            ],
        };
        return pod;
    }

    private static void AssertHeldBack(PodSnapshot snapshot, string reason, string message)
    {
        Assert.Empty(PodPlanner.Plan(snapshot).Actions);
        var status = PodStatusBuilder.Build(snapshot, ConditionTimes.From(null));
        Assert.Equal("100m", status["containerStatuses"]![0]!["allocatedResources"]!["cpu"]!.GetValue<string>());
        var pending = Assert.Single(status["conditions"]!.AsArray(), static condition => condition!["type"]!.GetValue<string>() == "PodResizePending")!;
        Assert.Equal((reason, message), (pending["reason"]!.GetValue<string>(), pending["message"]!.GetValue<string>()));
    }

    [Fact]
    public void Status_AsAsked_ShowsWhatTheContainerHas()
    {
        var container = PodStatusBuilder.Build(Snapshot(Pod("100m", "128Mi")), ConditionTimes.From(null))["containerStatuses"]![0]!;
        Assert.Equal("""{"cpu":"100m"}""", container["allocatedResources"]!.ToJsonString());
        Assert.Equal("""{"limits":{"memory":"128Mi"},"requests":{"cpu":"100m"}}""", container["resources"]!.ToJsonString());
    }

    private static V1Pod Pod(string cpu, string memory) => new()
    {
        Metadata = new V1ObjectMeta { Name = "web", NamespaceProperty = "default", Uid = "u1" },
        Spec = new V1PodSpec
        {
            RestartPolicy = "Always",
            Containers =
            [
                new V1Container
                {
                    Name = "main",
                    Image = "image",
                    Resources = new V1ResourceRequirements
                    {
                        Requests = new Dictionary<string, ResourceQuantity> { ["cpu"] = new(cpu) },
                        Limits = new Dictionary<string, ResourceQuantity> { ["memory"] = new(memory) },
                    },
                },
            ],
        },
    };

    private static PodSnapshot Snapshot(V1Pod pod) => new()
    {
        Pod = pod,
        Runtime = new PodRuntime(
            [new SandboxStatus { Id = "sb", Pod = Identity, Attempt = 0, IsRunning = true, CreatedAt = Now, Address = "10.244.0.5" }],
            [
                new ContainerStatus
                {
                    Id = "c0", Pod = Identity, Name = "main", Kind = ContainerKind.Main, Attempt = 0, Phase = ContainerPhase.Running, CreatedAt = Now,
                    StartedAt = Now, SandboxId = "sb", Image = "image", Resources = Small,
                },
            ]),
        Now = Now,
        StartTime = Now,
        Allowance = new NodeAllowance(4, 8L << 30, 0),
    };
}
