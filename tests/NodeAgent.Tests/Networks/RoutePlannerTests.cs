using System.Net;
using Crescent.NodeAgent.Networks;

namespace Crescent.NodeAgent.Tests.Networks;

public sealed class RoutePlannerTests
{
    [Fact]
    public void Plan_NodesHereElsewhereAndGone_ChangesOnlyWhatMustChange()
    {
        var state = Cluster.State(
            Cluster.Node("here", "10.244.1.0/24", "192.0.2.1"),
            Cluster.Node("also-here", "10.244.2.0/24", "192.0.2.1"),
            Cluster.Node("kept", "10.244.3.0/24", "192.0.2.3"),
            Cluster.Node("moved", "10.244.4.0/24", "192.0.2.44"),
            Cluster.Node("new", "10.244.5.0/24", "192.0.2.5"));
        var present = RoutePlanner.Parse("""
            [{"dst":"10.244.3.0/24","gateway":"192.0.2.3","dev":"eth0","flags":[]},
             {"dst":"10.244.4.0/24","gateway":"192.0.2.4","dev":"eth0","flags":[]},
             {"dst":"10.244.9.0/24","gateway":"192.0.2.9","dev":"eth0","flags":[]}]
            """);

        var plan = RoutePlanner.Plan(state.Nodes.Values, new HashSet<IPAddress> { IPAddress.Parse("192.0.2.1") }, present);

        Assert.Equal(
            [
                "route del 10.244.9.0/24 proto 197",
                "route replace 10.244.4.0/24 via 192.0.2.44 proto 197",
                "route replace 10.244.5.0/24 via 192.0.2.5 proto 197",
            ],
            plan.Select(arguments => string.Join(' ', arguments)).Order(StringComparer.Ordinal));
    }
}
