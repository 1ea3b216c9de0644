using System.Globalization;
using System.Text.Json.Nodes;
using Crescent.Identity;
using Crescent.Nodes;
using Crescent.Resources;
using Crescent.Testing.HollowNodes;

namespace Crescent.Grains.Tests.Nodes;

public sealed class NodeGrainTests(ControlPlane plane) : IClassFixture<ControlPlane>
{
    [Fact]
    public async Task Register_NewNode_CreatesObjectWithPodCidrAndLease()
    {
        await using var node = await HollowNode.RegisterOnlyAsync(plane.Grains, "fresh");

        var body = await plane.WaitAsync(ControlPlane.Node("fresh"), static body => body is not null);

        Assert.Equal(node.Registration!.PodCidr, (string?)body!["spec"]!["podCIDR"]);
        Assert.Equal("8", (string?)body["status"]!["allocatable"]!["cpu"]);
        Assert.Equal("True", ControlPlane.Condition(body, "Ready"));
        Assert.Equal((string?)body["metadata"]!["uid"], node.Registration.NodeUid);
        await plane.WaitAsync(new ResourceKey(KnownTypes.Leases, "kube-node-lease", "fresh"), static lease => lease is not null);
    }

    [Fact]
    public async Task Register_ExistingNode_KeepsOperatorsLabelsAndPodCidr()
    {
        await using var first = await HollowNode.RegisterOnlyAsync(plane.Grains, "known");
        await plane.PatchAsync(ControlPlane.Node("known"), """{"metadata":{"labels":{"team":"a"}},"spec":{"unschedulable":true}}""");

        await using var second = await HollowNode.RegisterOnlyAsync(plane.Grains, "known");

        var body = await plane.WaitAsync(ControlPlane.Node("known"), static body => (string?)body?["metadata"]?["labels"]?["team"] == "a");
        Assert.True((bool)body!["spec"]!["unschedulable"]!);
        Assert.Equal(first.Registration!.PodCidr, second.Registration!.PodCidr);
    }

    [Fact]
    public async Task Heartbeat_Stops_ConditionsBecomeUnknownAndRecover()
    {
        await using var node = await HollowNode.RegisterOnlyAsync(plane.Grains, "silent");

        var silent = await plane.WaitAsync(ControlPlane.Node("silent"), static body => ControlPlane.Condition(body, "Ready") == "Unknown");
        Assert.Equal("NodeStatusUnknown", ControlPlane.Condition(silent, "Ready", "reason"));
        Assert.Equal("Kubelet stopped posting node status.", ControlPlane.Condition(silent, "Ready", "message"));

        await node.BeatAsync();
        var back = await plane.WaitAsync(ControlPlane.Node("silent"), static body => ControlPlane.Condition(body, "Ready") == "True");
        Assert.Equal("KubeletReady", ControlPlane.Condition(back, "Ready", "reason"));
    }

    [Fact]
    public async Task Lease_OfANodeWithoutAnAgent_KeepsItAliveUntilItRunsOut()
    {
        await plane.CreateAsync(KnownTypes.Leases, Lease("leased", TimeProvider.System.GetUtcNow()));
        await plane.CreateAsync(KnownTypes.Nodes, ReadyLongAgo("leased"));
        await plane.CreateAsync(KnownTypes.Nodes, ReadyLongAgo("forgotten"));

        await plane.WaitAsync(ControlPlane.Node("forgotten"), static body => ControlPlane.Condition(body, "Ready") == "Unknown");
        Assert.Equal("True", ControlPlane.Condition(await plane.WaitAsync(ControlPlane.Node("leased"), static body => body is not null), "Ready"));

        var lease = new ResourceKey(KnownTypes.Leases, "kube-node-lease", "leased");
        await plane.PatchAsync(lease, """{"spec":{"renewTime":"2020-01-01T00:00:00.000000Z"}}""");
        await plane.WaitAsync(ControlPlane.Node("leased"), static body => ControlPlane.Condition(body, "Ready") == "Unknown");
    }

    private static JsonObject Lease(string node, DateTimeOffset renewed) => new()
    {
        ["apiVersion"] = "coordination.k8s.io/v1", ["kind"] = "Lease",
        ["metadata"] = new JsonObject { ["name"] = node, ["namespace"] = "kube-node-lease" },
        ["spec"] = new JsonObject
        {
            ["holderIdentity"] = node, ["leaseDurationSeconds"] = 3600,
            ["renewTime"] = renewed.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture),
        },
    };

    private static JsonObject ReadyLongAgo(string node) => new()
    {
        ["apiVersion"] = "v1", ["kind"] = "Node", ["metadata"] = new JsonObject { ["name"] = node },
        ["status"] = new JsonObject
        {
            ["conditions"] = new JsonArray(new JsonObject
            {
                ["type"] = "Ready", ["status"] = "True", ["reason"] = "KubeletReady", ["message"] = "hollow",
                ["lastHeartbeatTime"] = "2020-01-01T00:00:00Z", ["lastTransitionTime"] = "2020-01-01T00:00:00Z",
            }),
        },
    };

    [Fact]
    public async Task Heartbeat_NothingChanged_WritesNothing()
    {
        await using var node = await HollowNode.RegisterOnlyAsync(plane.Grains, "quiet");
        var before = await plane.Grains.GetResourceGrain(ControlPlane.Node("quiet")).GetAsync();

        for (var beat = 0; beat < 20; beat++)
        {
            Assert.False((await node.BeatAsync()).MustRegister);
        }

        var after = await plane.Grains.GetResourceGrain(ControlPlane.Node("quiet")).GetAsync();
        Assert.Equal((string?)JsonNode.Parse(before!.Body)!["status"]!.ToJsonString(), (string?)JsonNode.Parse(after!.Body)!["status"]!.ToJsonString());
    }

    [Fact]
    public async Task Heartbeat_NodeDeletedOrAgentUnknown_AsksForRegistration()
    {
        await using var node = await HollowNode.RegisterOnlyAsync(plane.Grains, "deleted");
        await plane.DeleteAsync(ControlPlane.Node("deleted"));
        await plane.WaitAsync(ControlPlane.Node("deleted"), static body => body is null);

        Assert.True((await node.BeatAsync()).MustRegister);
        var stranger = await plane.Grains.GetGrain<INodeGrain>("deleted").HeartbeatAsync(new() { AgentId = "other" });
        Assert.True(stranger.MustRegister);
    }

    [Fact]
    public async Task Pod_CreatedAndDeleted_RunsOnHollowNodeAndGoes()
    {
        await using var node = await HollowNode.StartAsync(plane.Grains, "worker");
        await plane.CreateAsync(KnownTypes.ConfigMaps, new()
        {
            ["apiVersion"] = "v1", ["kind"] = "ConfigMap", ["metadata"] = new JsonObject { ["name"] = "settings", ["namespace"] = "default" },
        });

        await plane.CreatePodAsync("job", spec =>
        {
            spec["nodeSelector"] = new JsonObject { ["kubernetes.io/hostname"] = "worker" };
            spec["volumes"] = new JsonArray(new JsonObject { ["name"] = "v", ["configMap"] = new JsonObject { ["name"] = "settings" } });
        });
        var running = await plane.WaitAsync(ControlPlane.Pod("job"), static body => (string?)body?["status"]?["phase"] == "Running");

        Assert.Equal("worker", (string?)running!["spec"]!["nodeName"]);
        Assert.Equal("True", ControlPlane.Condition(running, "PodScheduled"));
        Assert.Equal("True", ControlPlane.Condition(running, "Ready"));
        Assert.True(node.Assignments.ContainsKey(new(KnownTypes.ConfigMaps, "default", "settings")));

        await plane.DeleteAsync(ControlPlane.Pod("job"));
        await plane.WaitAsync(ControlPlane.Pod("job"), static body => body is null);
    }

    [Fact]
    public async Task ReportPodStatuses_WrongUidOrGone_AnswersConflictAndNotFound()
    {
        await using var node = await HollowNode.StartAsync(plane.Grains, "reporter", new() { RunsPods = false });
        await plane.CreatePodAsync("mine", spec => spec["nodeSelector"] = new JsonObject { ["kubernetes.io/hostname"] = "reporter" });
        await plane.WaitAsync(ControlPlane.Pod("mine"), static body => body?["spec"]?["nodeName"] is not null);
        var pod = await plane.Grains.GetResourceGrain(ControlPlane.Pod("mine")).GetAsync();
        var good = HollowNode.Report(pod!);

        var answers = await plane.Grains.GetGrain<INodeGrain>("reporter").ReportPodStatusesAsync(
        [
            good,
            new() { Pod = good.Pod, Uid = "another", Status = good.Status },
            new() { Pod = ControlPlane.Pod("never"), Uid = "x", Status = good.Status },
            good,
        ]);

        Assert.Equal([null, "Conflict", "NotFound", null], answers.Select(static error => error?.Reason));
    }

    [Fact]
    public async Task GetStats_AfterHeartbeat_ReturnsNewestFigures()
    {
        await using var node = await HollowNode.RegisterOnlyAsync(plane.Grains, "measured");
        node.Stats = new() { Node = new() { Timestamp = DateTimeOffset.UnixEpoch, CpuNanoCores = 42 } };
        await node.BeatAsync();

        var stats = await new NodeStatsReader(plane.Grains, plane.Caches).ReadAllAsync();

        Assert.Equal(42, stats.Single(static pair => pair.Key == "measured").Value.Node.CpuNanoCores);
    }

    [Fact]
    public async Task ReadNetwork_ServiceCreated_ArrivesAtWaitingReader()
    {
        var grain = plane.Grains.GetGrain<INodeGrain>("listener");
        var full = await grain.ReadNetworkAsync(FeedCursor.Start, TimeSpan.FromSeconds(20));
        Assert.True(full.IsFull);

        var service = new ResourceKey(KnownTypes.Services, "default", "web");
        await plane.CreateAsync(KnownTypes.Services, JsonNode.Parse(
            """{"apiVersion":"v1","kind":"Service","metadata":{"name":"web","namespace":"default"},"spec":{"ports":[{"port":80}]}}""")!.AsObject());
        var cursor = full.Next;
        var seen = false;
        while (!seen)
        {
            var page = await grain.ReadNetworkAsync(cursor, TimeSpan.FromSeconds(20));
            Assert.False(page.IsFull);
            cursor = page.Next;
            seen = page.Changed.Any(snapshot => snapshot.Key == service);
        }
    }
}
