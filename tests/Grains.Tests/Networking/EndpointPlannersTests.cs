using System.Text.Json.Nodes;
using Crescent.Grains.Networking;
using Crescent.Grains.Tests.Reconciling;
using Crescent.Resources;
using Xunit;

namespace Crescent.Grains.Tests.Networking;

public sealed class EndpointPlannersTests
{
    [Fact]
    public void Slices_NoPods_LeaveOneEmptySlice()
    {
        var slice = Assert.Single(SlicePlanner.Plan(Service(), [], []).Create);
        Assert.Empty(slice["endpoints"]!.AsArray());
        Assert.Equal("web", (string)slice["metadata"]!["labels"]!["kubernetes.io/service-name"]!);
        Assert.Equal("Service", (string)slice["metadata"]!["ownerReferences"]![0]!["kind"]!);
    }

    [Fact]
    public void Slices_PodStates_BecomeConditions()
    {
        var slice = Assert.Single(SlicePlanner.Plan(
            Service(), [Pod("a"), Pod("b", ready: false), Pod("c", terminating: true), Pod("d", ip: ""), Pod("e", finished: true)], []).Create);
        Assert.Equal(
            ["a true true false", "b false false false", "c false true true"],
            slice["endpoints"]!.AsArray().Select(endpoint =>
                $"{endpoint!["targetRef"]!["name"]} {endpoint["conditions"]!["ready"]} {endpoint["conditions"]!["serving"]} {endpoint["conditions"]!["terminating"]}"));
    }

    [Fact]
    public void Slices_PublishNotReady_AllAreReady()
    {
        var slice = Assert.Single(SlicePlanner.Plan(Service("\"publishNotReadyAddresses\":true,"), [Pod("b", ready: false)], []).Create);
        Assert.True((bool)slice["endpoints"]![0]!["conditions"]!["ready"]!);
    }

    [Fact]
    public void Slices_MoreThanAHundred_AreSpread() =>
        Assert.Equal([100, 100, 50], Plan250([]).Create.Select(slice => slice["endpoints"]!.AsArray().Count));

    [Fact]
    public void Slices_OnePodGoes_ChangesOneSlice()
    {
        var stored = Plan250([]).Create.Select((slice, index) => Store(slice, $"web-{index}")).ToList();
        var plan = SlicePlanner.Plan(Service(), [.. Pods(250).Skip(1)], stored);
        Assert.Empty(plan.Create);
        Assert.Empty(plan.Delete);
        Assert.Equal(99, Assert.Single(plan.Update).Patch["endpoints"]!.AsArray().Count);
        var quiet = SlicePlanner.Plan(Service(), Pods(250), stored);
        Assert.True(quiet.Create.IsEmpty && quiet.Update.IsEmpty && quiet.Delete.IsEmpty);
    }

    [Fact]
    public void Slices_NewPod_FillsTheSliceThatLostOne()
    {
        var stored = Plan250([]).Create.Select((slice, index) => Store(slice, $"web-{index}")).ToList();
        var plan = SlicePlanner.Plan(Service(), [.. Pods(250).Skip(1), Pod("zz")], stored);
        Assert.Equal(100, Assert.Single(plan.Update).Patch["endpoints"]!.AsArray().Count);
    }

    [Fact]
    public void Slices_AllPodsGo_OneEmptySliceStays()
    {
        var stored = Plan250([]).Create.Select((slice, index) => Store(slice, $"web-{index}")).ToList();
        var plan = SlicePlanner.Plan(Service(), [], stored);
        Assert.Single(plan.Create);
        Assert.Equal(3, plan.Delete.Length);
    }

    [Fact]
    public void Slices_NamedTargetPort_DiffersByPod()
    {
        var service = Service(ports: """[{"name":"http","port":80,"targetPort":"web"}]""");
        var plan = SlicePlanner.Plan(
            service, [Pod("a") with { NamedPorts = "web/TCP=8080;" }, Pod("b") with { NamedPorts = "web/TCP=9090;" }, Pod("c")], []);
        Assert.Equal(["", "8080", "9090"], plan.Create.Select(slice => $"{slice["ports"]!.AsArray().FirstOrDefault()?["port"]}").Order());
    }

    [Fact]
    public void Slices_HostnameInSubdomainOfTheService_IsShown()
    {
        var slice = Assert.Single(SlicePlanner.Plan(
            Service("\"clusterIP\":\"None\","), [Pod("a") with { Hostname = "db-0", Subdomain = "web" }], []).Create);
        Assert.Equal("db-0", (string)slice["endpoints"]![0]!["hostname"]!);
        Assert.True(slice["metadata"]!["labels"]!.AsObject().ContainsKey("service.kubernetes.io/headless"));
    }

    [Fact]
    public void Endpoints_ReadyAndNotReady_AreSplit()
    {
        var endpoints = EndpointsPlanner.Plan(Service(), [Pod("a"), Pod("b", ready: false), Pod("c", terminating: true)], null)!;
        var subset = Assert.Single(endpoints["subsets"]!.AsArray())!;
        Assert.Equal("a", (string)Assert.Single(subset["addresses"]!.AsArray())!["targetRef"]!["name"]!);
        Assert.Equal("b", (string)Assert.Single(subset["notReadyAddresses"]!.AsArray())!["targetRef"]!["name"]!);
        Assert.Equal(8080, (int)subset["ports"]![0]!["port"]!);
    }

    [Fact]
    public void Endpoints_NothingChanged_WritesNothing()
    {
        var body = EndpointsPlanner.Plan(Service(), [Pod("a"), Pod("b", ready: false)], null)!;
        body["metadata"]!["uid"] = "e";
        Assert.Null(EndpointsPlanner.Plan(Service(), [Pod("a"), Pod("b", ready: false)], Snapshots.Of(body)));
        Assert.NotNull(EndpointsPlanner.Plan(Service(), [Pod("a")], Snapshots.Of(body)));
    }

    [Fact]
    public void Endpoints_OverCapacity_AreTruncatedAndMarked()
    {
        var body = EndpointsPlanner.Plan(Service(), Pods(1001), null)!;
        Assert.Equal(1000, body["subsets"]![0]!["addresses"]!.AsArray().Count);
        Assert.Equal("truncated", (string)body["metadata"]!["annotations"]!["endpoints.kubernetes.io/over-capacity"]!);
    }

    [Fact]
    public void Mirror_HandMadeEndpoints_AreCopiedOnce()
    {
        var service = Service(ports: """[{"port":80}]""");
        var endpoints = Snapshots.Of("""
            {"apiVersion":"v1","kind":"Endpoints","metadata":{"name":"web","namespace":"default","uid":"e"},
             "subsets":[{"addresses":[{"ip":"192.0.2.1"}],"notReadyAddresses":[{"ip":"192.0.2.2"}],"ports":[{"port":9376}]}]}
            """);
        var slice = Assert.Single(MirrorPlanner.Plan(service, endpoints, []).Create);
        Assert.Equal([true, false], slice["endpoints"]!.AsArray().Select(endpoint => (bool)endpoint!["conditions"]!["ready"]!));
        var quiet = MirrorPlanner.Plan(service, endpoints, [Store(slice, "web-1")]);
        Assert.True(quiet.Create.IsEmpty && quiet.Delete.IsEmpty);
        Assert.Single(MirrorPlanner.Plan(service, null, [Store(slice, "web-1")]).Delete);
    }

    private static SlicePlan Plan250(IReadOnlyList<ResourceSnapshot> slices) => SlicePlanner.Plan(Service(), Pods(250), slices);

    private static List<EndpointPod> Pods(int count) => [.. Enumerable.Range(0, count).Select(index => Pod($"p{index:d4}"))];

    private static ResourceSnapshot Store(JsonObject slice, string name)
    {
        slice["metadata"]!["name"] = name;
        slice["metadata"]!["uid"] = $"{name}-uid";
        return Snapshots.Of(slice);
    }

    private static EndpointPod Pod(string name, bool ready = true, bool terminating = false, bool finished = false, string? ip = null) => new()
    {
        Namespace = "default", Name = name, Uid = $"{name}-uid", Ip = ip ?? $"10.244.0.{name}", NodeName = "n1", IsReady = ready,
        IsTerminating = terminating, IsFinished = finished,
    };

    private static ServiceFacts Service(string extra = "", string ports = """[{"port":80,"targetPort":8080,"protocol":"TCP"}]""") => ServiceFacts.Of(Snapshots.Of($$"""
        {"apiVersion":"v1","kind":"Service","metadata":{"name":"web","namespace":"default","uid":"s","labels":{"team":"a"} },
         "spec":{ {{extra}} "selector":{"app":"web"},"ports":{{ports}} } }
        """));
}
