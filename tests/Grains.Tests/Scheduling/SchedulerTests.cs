using System.Text.Json.Nodes;
using Crescent.Grains.Scheduling.Framework;

namespace Crescent.Grains.Tests.Scheduling;

public sealed class SchedulerTests
{
    private readonly SchedulerHarness _harness = new();

    [Fact]
    public void Replicas_OfOneController_SpreadOverNodes()
    {
        foreach (var node in (string[])["a", "b", "c"])
        {
            _harness.AddNode(node);
        }

        for (var index = 0; index < 9; index++)
        {
            _harness.AddPod($"web-{index}", static pod => pod["metadata"]!["ownerReferences"] = new JsonArray(
                new JsonObject { ["kind"] = "ReplicaSet", ["name"] = "web", ["uid"] = "rs", ["controller"] = true }));
        }

        _harness.Run();

        Assert.All(_harness.Bound.Values.GroupBy(static node => node), static node => Assert.Equal(3, node.Count()));
    }

    [Fact]
    public void WaitingPod_NodeWithRoomAppears_IsBoundAfterItsBackoff()
    {
        _harness.AddNode("a");
        _harness.AddPod("big", SchedulerHarness.Requests("8"));
        _harness.Run();
        Assert.Equal("0/1 nodes are available: 1 Insufficient cpu.", _harness.Messages["big"]);

        _harness.AddNode("b", static node => node["status"]!["allocatable"]!["cpu"] = "16");
        Assert.Equal(0, _harness.Run());

        _harness.Now += TimeSpan.FromSeconds(1);
        _harness.Run();
        Assert.Equal("b", _harness.Bound["big"]);
    }

    [Fact]
    public void WaitingPod_UnrelatedChange_IsNotTriedAgain()
    {
        _harness.AddNode("a");
        _harness.AddPod("picky", static pod => pod["spec"]!["nodeSelector"] = new JsonObject { ["disk"] = "ssd" });
        _harness.Run();
        _harness.Now += TimeSpan.FromSeconds(30);

        _harness.AddPod("other");
        _harness.AddNode("b");

        Assert.Equal(1, _harness.Run());
        Assert.True(_harness.Messages.ContainsKey("picky"));
    }

    [Fact]
    public void WaitingPod_NothingChangesForFiveMinutes_IsTriedAgain()
    {
        _harness.AddPod("lonely");
        _harness.Run();
        _harness.Now += TimeSpan.FromMinutes(5);

        Assert.True(_harness.Scheduler.Queue.FlushParked(_harness.Now));

        Assert.Equal(1, _harness.Run());
    }

    [Fact]
    public void WaitingPod_AnotherPodLeaves_TakesItsRoom()
    {
        _harness.AddNode("a");
        _harness.AddPod("first", SchedulerHarness.Requests("3"));
        _harness.AddPod("second", SchedulerHarness.Requests("3"));
        _harness.Run();
        Assert.True(_harness.Messages.ContainsKey("second"));

        _harness.Now += TimeSpan.FromSeconds(1);
        _harness.Scheduler.RemovePod("first", _harness.Now);
        _harness.Run();

        Assert.Equal("a", _harness.Bound["second"]);
    }

    [Fact]
    public void EndedPod_GivesItsRoomBack()
    {
        _harness.AddNode("a");
        _harness.AddPod("done", SchedulerHarness.Requests("4"));
        _harness.Run();

        _harness.AddPod("done", static pod =>
        {
            SchedulerHarness.Requests("4")(pod);
            pod["spec"]!["nodeName"] = "a";
            pod["status"] = new JsonObject { ["phase"] = "Succeeded" };
        });
        _harness.AddPod("next", SchedulerHarness.Requests("4"));
        _harness.Run();

        Assert.Equal("a", _harness.Bound["next"]);
    }

    [Fact]
    public void BindingFailed_RoomIsFreeAndPodIsTriedAgain()
    {
        _harness.AddNode("a");
        _harness.AddPod("unlucky", SchedulerHarness.Requests("4"));
        var attempt = _harness.Scheduler.TryScheduleNext(_harness.Now)!;

        _harness.Scheduler.BindingFailed(attempt.Queued, _harness.Now);

        Assert.Equal(0, _harness.Scheduler.Cluster.PodCount);
        Assert.Null(_harness.Scheduler.TryScheduleNext(_harness.Now));
        Assert.NotNull(_harness.Scheduler.TryScheduleNext(_harness.Now + TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public void BindingFailed_CacheShowsItBound_StaysBound()
    {
        _harness.AddNode("a");
        _harness.AddPod("p");
        var attempt = _harness.Scheduler.TryScheduleNext(_harness.Now)!;
        _harness.AddPod("p", static pod => pod["spec"]!["nodeName"] = "a");

        _harness.Scheduler.BindingFailed(attempt.Queued, _harness.Now);

        Assert.Equal(1, _harness.Scheduler.Cluster.PodCount);
        Assert.Equal(0, _harness.Scheduler.Queue.Count);
    }

    [Fact]
    public void ResetPods_SomeAreGone_ForgetsThem()
    {
        _harness.AddNode("a");
        var kept = _harness.AddPod("kept", static pod => pod["spec"]!["nodeName"] = "a");
        _harness.AddPod("gone", static pod => pod["spec"]!["nodeName"] = "a");
        _harness.AddPod("waiting", SchedulerHarness.Requests("64"));
        _harness.Run();

        _harness.Scheduler.ResetPods([kept], _harness.Now);

        Assert.Equal(1, _harness.Scheduler.Cluster.PodCount);
        Assert.Equal(0, _harness.Scheduler.Queue.Count);
    }

    [Fact]
    public void TemplateMemory_ManyPodsOfOneTemplate_NeverOvercommits()
    {
        for (var node = 0; node < 7; node++)
        {
            _harness.AddNode($"n{node}", item => item["status"]!["allocatable"]!["cpu"] = "1");
        }

        for (var pod = 0; pod < 100; pod++)
        {
            _harness.AddPod($"p{pod}", SchedulerHarness.Requests("300m"));
        }

        _harness.Run();

        Assert.Equal(21, _harness.Bound.Count);
        Assert.All(_harness.Scheduler.Cluster.Nodes, static node => Assert.Equal(900, node.Requested.MilliCpu));
    }

    [Theory]
    [InlineData("""{"volumes":[{"name":"kube-api-access-abcde"}],"containers":[{"name":"c","image":"i","volumeMounts":[{"name":"kube-api-access-abcde"}]}]}""", true)]
    [InlineData("""{"containers":[{"name":"c","image":"j"}]}""", false)]
    [InlineData("""{"containers":[{"name":"c","image":"i"}],"nodeSelector":{"a":"b"}}""", false)]
    public void Template_PodsThatDifferInVolumesOnly_IsTheSame(string spec, bool isSame)
    {
        var plain = _harness.AddPod("a", static pod => pod["spec"] = JsonNode.Parse("""{"containers":[{"name":"c","image":"i"}]}"""));
        var other = _harness.AddPod("b", pod => pod["spec"] = JsonNode.Parse(spec));

        Assert.Equal(isSame, PodInfoReader.Read(plain).Template == PodInfoReader.Read(other).Template);
    }
}
