using Crescent.NodeAgent.Tests.Networks;

namespace Crescent.NodeAgent.Tests.Proxy;

/// <summary>Real packets: engine, bridges, kernel.</summary>
[Collection(EngineCollection.Name)]
public sealed class ServiceTrafficTests(EngineFixture engine)
{
    private const string HttpPorts = """[{"name":"http","protocol":"TCP","port":8080}]""";

    [Fact]
    public async Task Service_TwoEndpointsOnTwoNodes_IsReachedFromPodsAndHostThroughAllPorts()
    {
        engine.Require();
        var a = await engine.RunServerAsync(engine.NodeA, "net-spread-a");
        var b = await engine.RunServerAsync(engine.NodeB, "net-spread-b");
        engine.Grain.Put(
            Cluster.Service("spread", """
                {"type":"NodePort","clusterIP":"10.198.1.1","clusterIPs":["10.198.1.1"],"externalIPs":["203.0.113.7"],
                 "ports":[{"name":"http","protocol":"TCP","port":80,"nodePort":31801}]}
                """),
            Cluster.Slice("spread", HttpPorts, Cluster.Ready(a, b)));

        await Eventually.SucceedsAsync(() => EngineFixture.FromHostAsync("http://10.198.1.1/"));
        var fromPod = await engine.InPodAsync(engine.NodeA, AskMany("http://10.198.1.1/", 40));
        Assert.Contains("net-spread-a", fromPod, StringComparison.Ordinal);
        Assert.Contains("net-spread-b", fromPod, StringComparison.Ordinal);
        Assert.DoesNotContain(" 10.199.1.1\n", fromPod, StringComparison.Ordinal); // Pods are seen with their own address.
        Assert.Contains("net-spread-", await engine.InPodAsync(engine.NodeB, AskMany("http://203.0.113.7/", 1)), StringComparison.Ordinal);
        Assert.Contains("net-spread-", await EngineFixture.FromHostAsync("http://127.0.0.1:31801/"), StringComparison.Ordinal);
        Assert.Contains("net-spread-", await EngineFixture.FromHostAsync("http://10.199.1.1:31801/"), StringComparison.Ordinal);
        Assert.Contains(
            "net-spread-b", await engine.InPodAsync(engine.NodeA, AskMany($"http://{b}:8080/", 1)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pod_AsksItsOwnService_IsAnswered()
    {
        engine.Require();
        var a = await engine.RunServerAsync(engine.NodeA, "net-hairpin");
        engine.Grain.Put(
            Cluster.Service("hairpin", """{"clusterIP":"10.198.1.2","ports":[{"name":"http","protocol":"TCP","port":80}]}"""),
            Cluster.Slice("hairpin", HttpPorts, Cluster.Ready(a)));

        await Eventually.SucceedsAsync(() => EngineFixture.FromHostAsync("http://10.198.1.2/"));
        Assert.Contains("net-hairpin", await engine.InServerAsync("net-hairpin", AskMany("http://10.198.1.2/", 3)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Service_WithoutEndpoints_RefusesAtOnce()
    {
        engine.Require();
        engine.Grain.Put(Cluster.Service("empty", """
            {"type":"NodePort","clusterIP":"10.198.1.3","ports":[{"name":"http","protocol":"TCP","port":80,"nodePort":31803}]}
            """));
        const string refused = """
            import socket
            for target in [("10.198.1.3", 80), ("10.199.1.1", 31803)]:
                try: socket.create_connection(target, 5); print("open")
                except ConnectionRefusedError: print("refused")
            """;

        await Eventually.HoldsAsync(async () =>
        {
            Assert.Equal("refused\nrefused\n", await engine.InPodAsync(engine.NodeA, refused));
        });
        await Assert.ThrowsAsync<HttpRequestException>(() => EngineFixture.FromHostAsync("http://10.198.1.3/"));
    }

    [Fact]
    public async Task Service_WithClientAffinity_SticksToOneEndpointAcrossChanges()
    {
        engine.Require();
        var first = await engine.RunServerAsync(engine.NodeA, "net-sticky-1");
        var second = await engine.RunServerAsync(engine.NodeA, "net-sticky-2");
        const string spec = """
            {"clusterIP":"10.198.1.4","sessionAffinity":"ClientIP","sessionAffinityConfig":{"clientIP":{"timeoutSeconds":60}},
             "ports":[{"name":"http","protocol":"TCP","port":80}]}
            """;
        engine.Grain.Put(Cluster.Service("sticky", spec), Cluster.Slice("sticky", HttpPorts, Cluster.Ready(first, second)));

        var chosen = (await Eventually.SucceedsAsync(() => EngineFixture.FromHostAsync("http://10.198.1.4/"))).Split(' ')[0];
        engine.Grain.Put(Cluster.Service("bystander", """{"clusterIP":"10.198.1.40","ports":[{"port":80,"protocol":"TCP"}]}"""));
        for (var i = 0; i < 20; i++)
        {
            Assert.StartsWith(chosen, await EngineFixture.FromHostAsync("http://10.198.1.4/"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task UdpFlow_EndpointReplaced_ReachesTheNewOne()
    {
        engine.Require();
        var old = await engine.RunServerAsync(engine.NodeA, "net-udp-old");
        var replacement = await engine.RunServerAsync(engine.NodeB, "net-udp-new");
        const string ports = """[{"name":"echo","protocol":"UDP","port":5353}]""";
        engine.Grain.Put(
            Cluster.Service("udp", """{"clusterIP":"10.198.1.5","ports":[{"name":"echo","protocol":"UDP","port":53}]}"""),
            Cluster.Slice("udp", ports, Cluster.Ready(old)));
        using var client = new System.Net.Sockets.UdpClient();
        client.Connect("10.198.1.5", 53);
        await Eventually.HoldsAsync(async () => Assert.Equal("net-udp-old", await AskUdpAsync(client)));

        engine.Grain.Put(Cluster.Slice("udp", ports, Cluster.Ready(replacement)));

        await Eventually.HoldsAsync(async () => Assert.Equal("net-udp-new", await AskUdpAsync(client)));
    }

    [Fact]
    public async Task Agent_Restarts_TrafficGoesOnAndTableIsTakenOver()
    {
        engine.Require();
        var a = await engine.RunServerAsync(engine.NodeA, "net-restart");
        engine.Grain.Put(
            Cluster.Service("restart", """{"clusterIP":"10.198.1.6","ports":[{"name":"http","protocol":"TCP","port":80}]}"""),
            Cluster.Slice("restart", HttpPorts, Cluster.Ready(a)));
        await Eventually.SucceedsAsync(() => EngineFixture.FromHostAsync("http://10.198.1.6/"));

        await using (await TestNode.StartAsync("net-test-b", "10.199.2.0/24", engine.Grain))
        {
            Assert.Contains("net-restart", await EngineFixture.FromHostAsync("http://10.198.1.6/"), StringComparison.Ordinal);
        }

        Assert.Contains("net-restart", await EngineFixture.FromHostAsync("http://10.198.1.6/"), StringComparison.Ordinal);
    }

    private static string AskMany(string url, int times) => $"""
        import urllib.request
        for i in range({times}): print(urllib.request.urlopen("{url}", timeout=5).read().decode())
        """;

    private static async Task<string> AskUdpAsync(System.Net.Sockets.UdpClient client)
    {
        await client.SendAsync("?"u8.ToArray());
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        return System.Text.Encoding.ASCII.GetString((await client.ReceiveAsync(timeout.Token)).Buffer);
    }
}
