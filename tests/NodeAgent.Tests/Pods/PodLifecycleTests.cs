using System.Text.Json.Nodes;
using Crescent.Identity;
using Xunit;

namespace Crescent.NodeAgent.Tests.Pods;

public sealed class PodLifecycleTests
{
    private static CancellationToken Limit => new CancellationTokenSource(TimeSpan.FromSeconds(40)).Token;

    [EngineFact]
    public async Task Pod_WithOneContainer_RunsAndEndsOnDeletion()
    {
        await using var node = await TestNode.StartAsync();
        var pod = PodJson.Shell("one", PodJson.Obedient);
        var key = node.Run(pod);

        var status = await node.Cluster.WaitForStatusAsync(key, PodJson.IsReady, Limit);

        Assert.Equal("Running", PodJson.Phase(status));
        Assert.Matches(@"^\d+\.\d+\.\d+\.\d+$", status["podIP"]!.GetValue<string>());
        var container = PodJson.Of(status, "main")!;
        Assert.StartsWith("docker://", container["containerID"]!.GetValue<string>());
        Assert.NotNull(container["state"]!["running"]!["startedAt"]);
        Assert.Equal(0, container["restartCount"]!.GetValue<int>());

        node.Delete(pod, grace: 5);
        await node.Cluster.WaitForRemovalAsync(key, Limit);
        Assert.Contains(node.Cluster.Reports, report => report.IsTerminated);
    }

    [EngineFact]
    public async Task Container_ThatFails_IsRestartedWithBackOff()
    {
        await using var node = await TestNode.StartAsync(new() { ["Pods:FirstBackOff"] = "00:00:02" });
        var key = node.Run(PodJson.Shell("crash", "exit 3"));

        var waiting = await node.Cluster.WaitForStatusAsync(
            key, status => PodJson.Of(status, "main")!["state"]!["waiting"]?["reason"]?.GetValue<string>() == "CrashLoopBackOff", Limit);

        var container = PodJson.Of(waiting, "main")!;
        Assert.Equal(3, container["lastState"]!["terminated"]!["exitCode"]!.GetValue<int>());
        Assert.Equal("Error", container["lastState"]!["terminated"]!["reason"]!.GetValue<string>());

        // A slow machine may show a later round than the first: each waits twice as long as the one before.
        var restarts = container["restartCount"]!.GetValue<int>();
        Assert.StartsWith(
            $"back-off {1 << restarts}s restarting failed container=main pod=crash_default(", container["state"]!["waiting"]!["message"]!.GetValue<string>());
        await node.Cluster.WaitForStatusAsync(key, status => PodJson.Of(status, "main")!["restartCount"]!.GetValue<int>() > restarts, Limit);
    }

    [EngineFact]
    public async Task Pod_WithPolicyNever_Succeeds()
    {
        await using var node = await TestNode.StartAsync();
        var key = node.Run(PodJson.Shell("job", "echo done > /dev/termination-log", "Never"));

        var status = await node.Cluster.WaitForStatusAsync(key, status => PodJson.Phase(status) == "Succeeded", Limit);

        var ended = PodJson.Of(status, "main")!["state"]!["terminated"]!;
        Assert.Equal("Completed", ended["reason"]!.GetValue<string>());
        Assert.Equal("done\n", ended["message"]!.GetValue<string>());
    }

    [EngineFact]
    public async Task InitContainers_RunInOrderBeforeMain()
    {
        await using var node = await TestNode.StartAsync();
        var pod = PodJson.Shell("init", $"cat /work/order > /dev/termination-log; {PodJson.Obedient}");
        pod["spec"]!["volumes"] = new JsonArray(new JsonObject { ["name"] = "work", ["emptyDir"] = new JsonObject() });
        var mount = new JsonObject { ["name"] = "work", ["mountPath"] = "/work" };
        var first = PodJson.Container("first", "echo 1 >> /work/order");
        var second = PodJson.Container("second", "echo 2 >> /work/order; test \"$(head -n 1 /work/order)\" = 1");
        first["volumeMounts"] = new JsonArray(mount.DeepClone());
        second["volumeMounts"] = new JsonArray(mount.DeepClone());
        pod["spec"]!["containers"]![0]!["volumeMounts"] = new JsonArray(mount.DeepClone());
        pod["spec"]!["initContainers"] = new JsonArray(first, second);

        var key = node.Run(pod);

        var status = await node.Cluster.WaitForStatusAsync(key, PodJson.IsReady, Limit);
        Assert.All(status["initContainerStatuses"]!.AsArray(), container => Assert.Equal("Completed", container!["state"]!["terminated"]!["reason"]!.GetValue<string>()));
    }

    [EngineFact]
    public async Task Agent_ThatRestarts_AdoptsRunningContainers()
    {
        await using var node = await TestNode.StartAsync();
        var key = node.Run(PodJson.Shell("kept", PodJson.Obedient));
        var gone = node.Run(PodJson.Shell("gone", PodJson.Obedient));
        var before = await node.Cluster.WaitForStatusAsync(key, PodJson.IsReady, Limit);
        await node.Cluster.WaitForStatusAsync(gone, PodJson.IsReady, Limit);

        await node.RestartAsync();
        node.Cluster.Delete(gone);
        node.Cluster.Put(KnownTypes.Pods, PodJson.Shell("later", PodJson.Obedient));
        await node.Cluster.WaitForStatusAsync(new ResourceKey(KnownTypes.Pods, "default", "later"), PodJson.IsReady, Limit);

        var after = node.Cluster.StatusOf(key)!;
        Assert.Equal(PodJson.Of(before, "main")!["containerID"]!.GetValue<string>(), PodJson.Of(after, "main")!["containerID"]!.GetValue<string>());
        Assert.Equal(0, PodJson.Of(after, "main")!["restartCount"]!.GetValue<int>());
    }
}
