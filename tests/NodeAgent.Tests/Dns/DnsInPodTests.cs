using Crescent.NodeAgent.Networks;
using Crescent.NodeAgent.Tests.Networks;

namespace Crescent.NodeAgent.Tests.Dns;

/// <summary>Names as the C library in a pod sees them.</summary>
[Collection(EngineCollection.Name)]
public sealed class DnsInPodTests(EngineFixture engine)
{
    private const string Resolve = """
        import socket, sys
        for name in sys.argv[1:]:
            try: print(name, *sorted({a[4][0] for a in socket.getaddrinfo(name, None, socket.AF_INET)}))
            except socket.gaierror: print(name, "error")
        """;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Pod_ResolvesNamesOfTheCluster_ThroughTheEnginesResolverOrItsOwnFile(bool throughEngine)
    {
        engine.Require();
        engine.Grain.Put(
            Cluster.Service("names", """{"clusterIP":"10.198.2.1","ports":[{"name":"http","protocol":"TCP","port":80}]}"""),
            Cluster.Service("far/away", """{"clusterIP":"10.198.2.2","ports":[{"port":80,"protocol":"TCP"}]}"""),
            Cluster.Service("peers", """{"clusterIP":"None","ports":[{"name":"peer","port":7000,"protocol":"TCP"}]}"""),
            Cluster.Slice("peers", """[{"name":"peer","protocol":"TCP","port":7000}]""", """
                [{"addresses":["10.199.1.201"],"hostname":"peers-0","conditions":{"ready":true}},
                 {"addresses":["10.199.2.202"],"hostname":"peers-1","conditions":{"ready":true}}]
                """),
            Cluster.Service("alias", """{"type":"ExternalName","externalName":"names.default.svc.cluster.local"}"""));
        var settings = engine.NodeA.Get<IPodDns>().For("default", "ClusterFirst", isHostNetwork: false);

        await Eventually.HoldsAsync(async () => Assert.Equal(
            """
            names 10.198.2.1
            away.far 10.198.2.2
            names.default.svc.cluster.local 10.198.2.1
            peers 10.199.1.201 10.199.2.202
            peers-1.peers 10.199.2.202
            alias 10.198.2.1
            nothing error

            """,
            await RunAsync(settings, throughEngine)));
    }

    private async Task<string> RunAsync(PodResolver settings, bool throughEngine)
    {
        string[] names = ["names", "away.far", "names.default.svc.cluster.local", "peers", "peers-1.peers", "alias", "nothing"];
        var script = $"import sys\nsys.argv=['', {string.Join(", ", names.Select(name => $"'{name}'"))}]\n{Resolve}";
        if (throughEngine)
        {
            return await engine.InPodAsync(engine.NodeA, script, [
                .. settings.NameServers.SelectMany(server => (string[])["--dns", server]),
                .. settings.Searches.SelectMany(search => (string[])["--dns-search", search]),
                .. settings.Options.SelectMany(option => (string[])["--dns-option", option])]);
        }

        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, string.Join('\n', [
                .. settings.NameServers.Select(server => $"nameserver {server}"),
                $"search {string.Join(' ', settings.Searches)}",
                $"options {string.Join(' ', settings.Options)}",
                ""]));
            return await engine.InPodAsync(engine.NodeA, script, "-v", $"{file}:/etc/resolv.conf:ro");
        }
        finally
        {
            File.Delete(file);
        }
    }
}
