using System.Net;
using System.Runtime.CompilerServices;
using Crescent.NodeAgent.Networks;
using Crescent.NodeAgent.Proxy;
using Crescent.NodeAgent.Tests.Networks;

namespace Crescent.NodeAgent.Tests.Proxy;

/// <summary>
/// Golden scripts in tests/testassets/proxy. After an intended change run with CRESCENT_UPDATE_GOLDEN=true and read the difference.
/// </summary>
public sealed class ServiceRulesTests
{
    private const string Http = """[{"name":"http","protocol":"TCP","port":8080}]""";

    private static readonly ServiceRulesContext Context =
        new("crescent", IPNetwork.Parse("10.244.0.0/16"), IPNetwork.Parse("10.96.0.0/16"), ["n1"]);

    [Fact]
    public void Build_NoServices_IsTheBareTable() => AssertGolden("no-services", Cluster.State());

    [Fact]
    public void Build_ClusterIp_SpreadsOverReadyEndpoints() => AssertGolden("cluster-ip-spreads-over-ready-endpoints", Cluster.State(
        Cluster.Service("web", """{"clusterIP":"10.96.0.7","ports":[{"name":"http","protocol":"TCP","port":80}]}"""),
        Cluster.Slice("web", Http, """
            [{"addresses":["10.244.1.3"]},{"addresses":["10.244.1.2"],"conditions":{"ready":true}},
             {"addresses":["10.244.1.4"],"conditions":{"ready":false}}]
            """)));

    [Fact]
    public void Build_OnlyTerminatingEndpoints_UsesThoseThatServe() => AssertGolden("only-terminating-endpoints-still-serve", Cluster.State(
        Cluster.Service("web", """{"clusterIP":"10.96.0.7","ports":[{"name":"http","protocol":"TCP","port":80}]}"""),
        Cluster.Slice("web", Http, """
            [{"addresses":["10.244.1.3"],"conditions":{"ready":false,"serving":true,"terminating":true}},
             {"addresses":["10.244.1.4"],"conditions":{"ready":false,"serving":false,"terminating":true}}]
            """)));

    [Fact]
    public void Build_NodePortAndExternalIp_AreMasqueraded() => AssertGolden("node-port-and-external-ip-are-masqueraded", Cluster.State(
        Cluster.Service("web", """
            {"type":"NodePort","clusterIP":"10.96.0.7","externalIPs":["203.0.113.7"],
             "ports":[{"name":"http","protocol":"TCP","port":80,"nodePort":30080}]}
            """),
        Cluster.Slice("web", Http, Cluster.Ready("10.244.1.2"))));

    [Fact]
    public void Build_ExternalLocalPolicy_KeepsOutsideTrafficOnThisHost() => AssertGolden("external-local-policy-stays-on-this-host", Cluster.State(
        Cluster.Service("web", """
            {"type":"NodePort","clusterIP":"10.96.0.7","externalTrafficPolicy":"Local",
             "ports":[{"name":"http","protocol":"TCP","port":80,"nodePort":30080}]}
            """),
        Cluster.Slice("web", Http, """[{"addresses":["10.244.1.2"],"nodeName":"n1"},{"addresses":["10.244.2.2"],"nodeName":"n2"}]""")));

    [Fact]
    public void Build_InternalLocalPolicyWithoutLocalEndpoint_HasNoEntry() => AssertGolden("internal-local-policy-without-local-endpoint", Cluster.State(
        Cluster.Service("web", """
            {"clusterIP":"10.96.0.7","internalTrafficPolicy":"Local","ports":[{"name":"http","protocol":"TCP","port":80}]}
            """),
        Cluster.Slice("web", Http, """[{"addresses":["10.244.2.2"],"nodeName":"n2"}]""")));

    [Fact]
    public void Build_ClientAffinity_RemembersClientsPerEndpoint() => AssertGolden("client-affinity-remembers-clients", Cluster.State(
        Cluster.Service("web", """
            {"clusterIP":"10.96.0.7","sessionAffinity":"ClientIP","ports":[{"name":"http","protocol":"TCP","port":80}]}
            """),
        Cluster.Slice("web", Http, Cluster.Ready("10.244.1.2", "10.244.1.3"))));

    [Fact]
    public void Build_NodePortWithoutEndpoints_IsRefused() => AssertGolden("node-port-without-endpoints-is-refused", Cluster.State(
        Cluster.Service("web", """
            {"type":"NodePort","clusterIP":"10.96.0.7","ports":[{"name":"http","protocol":"TCP","port":80,"nodePort":30080}]}
            """)));

    [Fact]
    public void Change_OneServiceOfMany_TouchesOnlyThatService()
    {
        var rules = new ServiceRules();
        var services = Enumerable.Range(1, 50).Select(i => Cluster.Service(
            $"s{i}", $$"""{"clusterIP":"10.96.1.{{i}}","ports":[{"protocol":"TCP","port":80}]}"""));
        var slices = Enumerable.Range(1, 50).Select(i => Cluster.Slice(
            $"s{i}", """[{"name":"","protocol":"TCP","port":8080}]""", Cluster.Ready($"10.244.1.{i}")));
        var before = Cluster.State(services.Concat(slices));
        var from = rules.Build(before, Context);
        var after = before.Apply(new()
        {
            Next = default,
            IsFull = false,
            Changed = [Cluster.Slice("s7", """[{"name":"","protocol":"TCP","port":8080}]""", Cluster.Ready("10.244.1.7", "10.244.1.77"))],
        });

        var to = rules.Build(after, Context);

        Assert.Equal(
            $"""
            delete chain ip crescent {from.Marker}
            flush chain ip crescent svc/default/s7/tcp/80
            add chain ip crescent {to.Marker}
            add set ip crescent hairpin {"{ type ipv4_addr . ipv4_addr; }"}
            add chain ip crescent svc/default/s7/tcp/80
            add rule ip crescent svc/default/s7/tcp/80 meta l4proto tcp dnat ip addr . port to numgen random mod 2 map {"{ 0 : 10.244.1.7 . 8080, 1 : 10.244.1.77 . 8080 }"}
            add element ip crescent hairpin {"{ 10.244.1.77 . 10.244.1.77 }"}

            """,
            NftScript.Change(from, to));
    }

    [Fact]
    public void Build_SameObjectsInAnotherOrder_HasTheSameMarker()
    {
        var first = Cluster.Service("a", """{"clusterIP":"10.96.1.1","ports":[{"protocol":"TCP","port":80}]}""");
        var second = Cluster.Service("b", """{"clusterIP":"10.96.1.2","ports":[{"protocol":"TCP","port":80}]}""");

        Assert.Equal(
            new ServiceRules().Build(Cluster.State(first, second), Context).Marker,
            new ServiceRules().Build(Cluster.State(second, first), Context).Marker);
    }

    private static void AssertGolden(string name, NetworkSnapshot state)
    {
        var script = NftScript.Create(new ServiceRules().Build(state, Context));
        var file = Path.Combine(Assets(), name + ".nft");
        if (Environment.GetEnvironmentVariable("CRESCENT_UPDATE_GOLDEN") == "true")
        {
            File.WriteAllText(file, script);
        }

        Assert.Equal(File.ReadAllText(file), script);
    }

    private static string Assets([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../testassets/proxy"));
}
