using System.Collections.Immutable;
using Crescent.NodeAgent.Pods;
using Crescent.NodeAgent.Probes;
using Crescent.NodeAgent.Runtimes;
using k8s.Models;
using Xunit;

namespace Crescent.NodeAgent.Tests.Pods;

public sealed class PodPlannerTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly PodIdentity Identity = new("default", "web", "u1");

    private static readonly SandboxStatus Sandbox = new() { Id = "sb", Pod = Identity, Attempt = 0, IsRunning = true, CreatedAt = Now, Address = "10.244.0.5" };

    [Fact]
    public void Plan_NothingRuns_CreatesSandbox() =>
        Assert.Equal([new PodAction.CreateSandbox(0)], PodPlanner.Plan(Snapshot(Pod())).Actions);

    [Fact]
    public void Plan_SandboxRuns_StartsContainer() =>
        Assert.Equal([new PodAction.StartContainer("main", ContainerKind.Main, 0, 0)], PodPlanner.Plan(Snapshot(Pod(), Sandbox)).Actions);

    [Fact]
    public void Plan_EphemeralContainerAdded_StartsItOnce()
    {
        var pod = Pod();
        pod.Spec.EphemeralContainers = [new() { Name = "debugger", Image = "x", TargetContainerName = "main" }];
        var ended = Exited(0, 1, delay: 0) with { Id = "d0", Name = "debugger", Kind = ContainerKind.Ephemeral };

        Assert.DoesNotContain(PodPlanner.Plan(Snapshot(pod, Sandbox)).Actions, static action => action is PodAction.StartContainer { Name: "debugger" });
        Assert.Equal(
            [new PodAction.StartContainer("debugger", ContainerKind.Ephemeral, 0, 0)], PodPlanner.Plan(Snapshot(pod, Sandbox, Running(0))).Actions);
        Assert.Empty(PodPlanner.Plan(Snapshot(pod, Sandbox, Running(0), ended)).Actions);
    }

    [Fact]
    public void Plan_StartInFlight_DoesNothing() =>
        Assert.Empty(PodPlanner.Plan(Snapshot(Pod(), Sandbox) with { InFlight = ImmutableDictionary<string, long>.Empty.Add("start:main", 0) }).Actions);

    [Fact]
    public void Plan_FirstCrash_RestartsAtOnce() =>
        Assert.Equal([new PodAction.StartContainer("main", ContainerKind.Main, 1, 10)], PodPlanner.Plan(Snapshot(Pod(), Sandbox, Exited(0, 1, delay: 0))).Actions);

    [Fact]
    public void Plan_SecondCrash_WaitsForBackOff()
    {
        var ended = Exited(1, 1, delay: 10);
        var plan = PodPlanner.Plan(Snapshot(Pod(), Sandbox, ended));

        Assert.Empty(plan.Actions);
        Assert.Equal(ended.FinishedAt.AddSeconds(10), plan.WakeAt);
    }

    [Fact]
    public void Plan_CrashAfterLongRun_StartsOver()
    {
        var ended = Exited(7, 1, delay: 300) with { StartedAt = Now.AddMinutes(-11), FinishedAt = Now };
        Assert.Equal([new PodAction.StartContainer("main", ContainerKind.Main, 8, 10)], PodPlanner.Plan(Snapshot(Pod(), Sandbox, ended)).Actions);
    }

    [Fact]
    public void Plan_CompletedUnderNever_RemovesSandboxAndKeepsContainer() =>
        Assert.Equal([new PodAction.RemoveSandbox("sb")], PodPlanner.Plan(Snapshot(Pod("Never"), Sandbox, Exited(0, 0, delay: 0))).Actions);

    [Fact]
    public void Plan_Deleted_KillsWithItsGrace()
    {
        var pod = Pod();
        pod.Metadata.DeletionTimestamp = Now.UtcDateTime;
        pod.Metadata.DeletionGracePeriodSeconds = 7;
        var running = Running(0);

        Assert.Equal([new PodAction.KillContainer(running, "Stopping container main", 7)], PodPlanner.Plan(Snapshot(pod, Sandbox, running)).Actions);
    }

    [Fact]
    public void Plan_DeletedAndStopped_HasEnded()
    {
        var pod = Pod();
        pod.Metadata.DeletionTimestamp = Now.UtcDateTime;
        Assert.True(PodPlanner.Plan(Snapshot(pod, Sandbox, Exited(0, 0, 0))).IsEnded);
    }

    [Fact]
    public void Plan_RemovedAndStopped_CleansUp() =>
        Assert.Equal([new PodAction.CleanUp()], PodPlanner.Plan(Snapshot(Pod(), Sandbox, Exited(0, 0, 0)) with { IsRemoved = true }).Actions);

    [Fact]
    public void Plan_ShorterGrace_KillsAgain()
    {
        var running = Running(0);
        var snapshot = Snapshot(Pod(), Sandbox, running) with { IsRemoved = true, InFlight = ImmutableDictionary<string, long>.Empty.Add("kill:" + running.Id, 600) };
        Assert.Single(PodPlanner.Plan(snapshot).Actions);
    }

    [Fact]
    public void Plan_LivenessFailed_KillsContainer()
    {
        var running = Running(0);
        var snapshot = Snapshot(Pod(), Sandbox, running) with
        {
            Probes = ImmutableDictionary<string, ProbeOutcome>.Empty.Add(running.Id, new ProbeOutcome { FailedProbe = "liveness" }),
        };
        Assert.Equal([new PodAction.KillContainer(running, "Container main failed liveness probe, will be restarted", 30)], PodPlanner.Plan(snapshot).Actions);
    }

    [Fact]
    public void Plan_SandboxDied_KillsItsContainersBeforeANewOne()
    {
        var dead = Sandbox with { IsRunning = false };
        Assert.IsType<PodAction.KillContainer>(Assert.Single(PodPlanner.Plan(Snapshot(Pod(), dead, Running(0))).Actions));
        Assert.Equal([new PodAction.CreateSandbox(1)], PodPlanner.Plan(Snapshot(Pod(), dead, Exited(0, 137, 0))).Actions);
    }

    [Fact]
    public void Plan_InitContainers_RunOneAfterTheOther()
    {
        var pod = Pod();
        pod.Spec.InitContainers = [new V1Container { Name = "a", Image = "i" }, new V1Container { Name = "b", Image = "i" }];
        Assert.Equal([new PodAction.StartContainer("a", ContainerKind.Init, 0, 0)], PodPlanner.Plan(Snapshot(pod, Sandbox)).Actions);

        var first = Exited(0, 0, 0) with { Id = "ca", Name = "a", Kind = ContainerKind.Init };
        Assert.Equal([new PodAction.StartContainer("b", ContainerKind.Init, 0, 0)], PodPlanner.Plan(Snapshot(pod, Sandbox, first)).Actions);
    }

    [Fact]
    public void Plan_ThirdInstance_DropsTheOldest()
    {
        var plan = PodPlanner.Plan(Snapshot(Pod(), Sandbox, Exited(0, 1, 0), Exited(1, 1, 10), Running(2)));
        Assert.Equal([new PodAction.RemoveContainer("c0")], plan.Actions);
    }

    [Fact]
    public void Rejected_NothingIsStartedAndTheStatusSaysWhy()
    {
        var snapshot = Snapshot(Pod()) with { Rejection = new Rejection("NodePorts", "Predicate NodePorts failed") };
        var status = PodStatusBuilder.Build(snapshot, new ConditionTimes());

        Assert.Empty(PodPlanner.Plan(snapshot).Actions);
        Assert.Equal(("Failed", "NodePorts"), (status["phase"]!.GetValue<string>(), status["reason"]!.GetValue<string>()));
        Assert.Equal("Pod was rejected: Predicate NodePorts failed", status["message"]!.GetValue<string>());
    }

    [Fact]
    public void Undecided_NothingIsStartedBeforeTheDecision_UnlessItEnds()
    {
        var decision = DateTimeOffset.UnixEpoch;
        var snapshot = Snapshot(Pod()) with { UndecidedUntil = decision };
        var plan = PodPlanner.Plan(snapshot);

        Assert.Empty(plan.Actions);
        Assert.Equal(decision, plan.WakeAt);
        Assert.True(PodPlanner.Plan(snapshot with { IsRemoved = true }).IsEnded);
    }

    [Fact]
    public void Plan_StoredAsFailed_StartsNothingAndEndsWhatRuns()
    {
        var pod = Pod();
        pod.Status = new V1PodStatus { Phase = "Failed" };
        Assert.Empty(PodPlanner.Plan(Snapshot(pod)).Actions);
        Assert.IsType<PodAction.KillContainer>(Assert.Single(PodPlanner.Plan(Snapshot(pod, Sandbox, Running(0))).Actions));
    }

    [Fact]
    public void Status_BackingOff_SaysCrashLoop()
    {
        var status = PodStatusBuilder.Build(Snapshot(Pod(), Sandbox, Exited(3, 1, delay: 80)), new ConditionTimes());
        var waiting = status["containerStatuses"]![0]!["state"]!["waiting"]!;

        Assert.Equal("CrashLoopBackOff", waiting["reason"]!.GetValue<string>());
        Assert.Equal("back-off 1m20s restarting failed container=main pod=web_default(u1)", waiting["message"]!.GetValue<string>());
        Assert.Equal("Running", status["phase"]!.GetValue<string>());
    }

    [Fact]
    public void Status_NotReady_NamesTheContainers()
    {
        var status = PodStatusBuilder.Build(Snapshot(Pod(), Sandbox), new ConditionTimes());
        var ready = status["conditions"]!.AsArray().Single(condition => condition!["type"]!.GetValue<string>() == "Ready")!;

        Assert.Equal("False", ready["status"]!.GetValue<string>());
        Assert.Equal("containers with unready status: [main]", ready["message"]!.GetValue<string>());
        Assert.Equal("Pending", status["phase"]!.GetValue<string>());
    }

    private static V1Pod Pod(string restartPolicy = "Always") => new()
    {
        Metadata = new V1ObjectMeta { Name = "web", NamespaceProperty = "default", Uid = "u1" },
        Spec = new V1PodSpec { RestartPolicy = restartPolicy, Containers = [new V1Container { Name = "main", Image = "image" }] },
    };

    private static PodSnapshot Snapshot(V1Pod pod, SandboxStatus? sandbox = null, params ContainerStatus[] containers) => new()
    {
        Pod = pod,
        Runtime = new PodRuntime(sandbox is null ? [] : [sandbox], [.. containers]),
        Now = Now,
        StartTime = Now,
    };

    private static ContainerStatus Running(int attempt) => new()
    {
        Id = $"c{attempt}",
        Pod = Identity,
        Name = "main",
        Kind = ContainerKind.Main,
        Attempt = attempt,
        Phase = ContainerPhase.Running,
        CreatedAt = Now,
        StartedAt = Now,
        SandboxId = "sb",
        Image = "image",
    };

    private static ContainerStatus Exited(int attempt, int code, int delay) => Running(attempt) with
    {
        Phase = ContainerPhase.Exited, ExitCode = code, RestartDelaySeconds = delay, StartedAt = Now.AddSeconds(-2), FinishedAt = Now.AddSeconds(-1),
        Reason = code == 0 ? "Completed" : "Error",
    };
}
