using System.Text.Json.Nodes;
using Crescent.Grains.Tests.Nodes;
using Crescent.Identity;
using Crescent.Scheduling;
using Crescent.Testing.HollowNodes;

namespace Crescent.Grains.Tests.Scheduling;

public sealed class SchedulerGrainTests(ControlPlane plane) : IClassFixture<ControlPlane>
{
    [Fact]
    public async Task Pod_NoNodeFits_SaysWhyAndIsBoundWhenOneComes()
    {
        await plane.CreatePodAsync("waits", spec => spec["nodeSelector"] = new JsonObject { ["disk"] = "fast" });
        var waiting = await plane.WaitAsync(ControlPlane.Pod("waits"), static body => ControlPlane.Condition(body, "PodScheduled") == "False");
        Assert.Equal("Unschedulable", ControlPlane.Condition(waiting, "PodScheduled", "reason"));
        await plane.WaitAsync(KnownTypes.Events, static view => view.Enumerate("default").Any(static snapshot =>
            JsonNode.Parse(snapshot.Body) is JsonObject body && (string?)body["reason"] == "FailedScheduling"));

        var options = new HollowNodeOptions();
        options.Labels["disk"] = "fast";
        await using var node = await HollowNode.StartAsync(plane.Grains, "fast-1", options);

        var bound = await plane.WaitAsync(ControlPlane.Pod("waits"), static body => (string?)body?["spec"]?["nodeName"] == "fast-1");
        Assert.Equal("True", ControlPlane.Condition(bound, "PodScheduled"));
        await plane.WaitAsync(KnownTypes.Events, static view => view.Enumerate("default").Any(static snapshot =>
            (string?)JsonNode.Parse(snapshot.Body)!["message"] == "Successfully assigned default/waits to fast-1"));
    }

    [Fact]
    public async Task Cordon_NodeUncordoned_WaitingPodIsBound()
    {
        await using var node = await HollowNode.StartAsync(plane.Grains, "cordoned");
        await plane.PatchAsync(ControlPlane.Node("cordoned"), """{"spec":{"unschedulable":true}}""");
        await plane.WaitAsync(ControlPlane.Node("cordoned"), static body => (bool?)body?["spec"]?["unschedulable"] == true);
        await plane.CreatePodAsync("patient", spec => spec["nodeSelector"] = new JsonObject { ["kubernetes.io/hostname"] = "cordoned" });
        var waiting = await plane.WaitAsync(ControlPlane.Pod("patient"), static body => ControlPlane.Condition(body, "PodScheduled") == "False");
        Assert.Contains("node(s) were unschedulable", ControlPlane.Condition(waiting, "PodScheduled", "message"), StringComparison.Ordinal);

        await plane.PatchAsync(ControlPlane.Node("cordoned"), """{"spec":{"unschedulable":null}}""");

        await plane.WaitAsync(ControlPlane.Pod("patient"), static body => (string?)body?["spec"]?["nodeName"] == "cordoned");
    }

    [Fact]
    public async Task Pods_MoreThanFit_NodeIsNeverOvercommitted()
    {
        var options = new HollowNodeOptions { Cpu = "1", Pods = 20 };
        options.Labels["pool"] = "small";
        await using var node = await HollowNode.StartAsync(plane.Grains, "small-1", options);
        for (var index = 0; index < 15; index++)
        {
            await plane.CreatePodAsync($"tenth-{index}", spec =>
            {
                spec["nodeSelector"] = new JsonObject { ["pool"] = "small" };
                spec["containers"]![0]!["resources"] = new JsonObject { ["requests"] = new JsonObject { ["cpu"] = "100m" } };
            });
        }

        await plane.WaitAsync(KnownTypes.Pods, static view => view.Enumerate("default").Count(static pod =>
            pod.Key.Name.StartsWith("tenth-", StringComparison.Ordinal) && ControlPlane.Condition(JsonNode.Parse(pod.Body)!.AsObject(), "PodScheduled") is not null) == 15);
        Assert.Equal(10, plane.Caches.Get(KnownTypes.Pods).Current.OnNode("small-1").Count());

        await plane.DeleteAsync(plane.Caches.Get(KnownTypes.Pods).Current.OnNode("small-1").First().Key);
        await plane.WaitAsync(KnownTypes.Pods, static view => view.Enumerate("default").Count(static pod =>
            pod.Key.Name.StartsWith("tenth-", StringComparison.Ordinal)) == 14 && view.OnNode("small-1").Count() == 10);
    }

    [Fact]
    public async Task GetStatus_NodesAndPods_AreCounted()
    {
        await using var node = await HollowNode.StartAsync(plane.Grains, "counted");
        await plane.CreatePodAsync("one", spec => spec["nodeSelector"] = new JsonObject { ["kubernetes.io/hostname"] = "counted" });
        await plane.WaitAsync(ControlPlane.Pod("one"), static body => body?["spec"]?["nodeName"] is not null);

        var status = await plane.Grains.GetGrain<ISchedulerGrain>("default-scheduler").GetStatusAsync();

        Assert.True(status.Nodes >= 1);
        Assert.True(status.PlacedPods >= 1);
    }
}
