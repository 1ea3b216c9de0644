using Crescent.NodeAgent.Networks;

namespace Crescent.NodeAgent.Tests.Networks;

public sealed class PodResolverPolicyTests
{
    private static readonly PodResolver Host = ResolvConf.Parse("""
        # made by hand
        domain ignored.example
        search Corp.example. svc.cluster.local corp.example
        nameserver 192.0.2.1
        nameserver 192.0.2.2 ; second
        nameserver 192.0.2.1
        nameserver 192.0.2.3
        nameserver 192.0.2.4
        options timeout:1 rotate
        """);

    [Theory]
    [InlineData("ClusterFirst", false, "10.96.0.10", "shop.svc.cluster.local svc.cluster.local cluster.local Corp.example", "ndots:5")]
    [InlineData("ClusterFirst", true, "192.0.2.1 192.0.2.2 192.0.2.3", "Corp.example svc.cluster.local", "timeout:1 rotate")]
    [InlineData("Default", false, "192.0.2.1 192.0.2.2 192.0.2.3", "Corp.example svc.cluster.local", "timeout:1 rotate")]
    [InlineData("ClusterFirstWithHostNet", true, "10.244.3.1", "shop.svc.cluster.local svc.cluster.local cluster.local Corp.example", "ndots:5")]
    [InlineData("None", false, "", "", "")]
    public void Choose_ByPolicy_GivesServersSearchesAndOptions(
        string policy, bool isHostNetwork, string servers, string searches, string options)
    {
        var chosen = PodResolverPolicy.Choose("shop", policy, isHostNetwork, "10.96.0.10", "cluster.local", "10.244.3.1", Host);

        Assert.Equal(servers, string.Join(' ', chosen.NameServers));
        Assert.Equal(searches, string.Join(' ', chosen.Searches));
        Assert.Equal(options, string.Join(' ', chosen.Options));
    }
}
