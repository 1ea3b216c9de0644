using Crescent.NodeAgent.Proxy;
using Crescent.NodeAgent.Tests.Networks;

namespace Crescent.NodeAgent.Tests.Proxy;

public sealed class ConntrackPlannerTests
{
    private const string Ports = """[{"name":"dns","protocol":"UDP","port":5353},{"name":"web","protocol":"TCP","port":8080}]""";

    private static readonly Resources.ResourceSnapshot Service = Cluster.Service("dns", """
        {"clusterIP":"10.96.0.5","ports":[{"name":"dns","protocol":"UDP","port":53,"nodePort":30053},{"name":"web","protocol":"TCP","port":80}]}
        """);

    [Fact]
    public void Plan_UdpEndpointGone_ForgetsItsFlowsOnly() => Assert.Equal(
        [
            "-D -p udp --orig-dst 10.96.0.5 --orig-port-dst 53 --dst-nat 10.244.1.1",
            "-D -p udp --orig-port-dst 30053 --dst-nat 10.244.1.1",
        ],
        Plan(["10.244.1.1", "10.244.1.2"], ["10.244.1.2"]));

    [Fact]
    public void Plan_FirstEndpoint_ForgetsFlowsThatWentNowhere() => Assert.Equal(
        ["-D -p udp --orig-dst 10.96.0.5 --orig-port-dst 53", "-D -p udp --orig-port-dst 30053"], Plan([], ["10.244.1.2"]));

    [Fact]
    public void Plan_EndpointAdded_ForgetsNothing() => Assert.Empty(Plan(["10.244.1.1"], ["10.244.1.1", "10.244.1.2"]));

    private static IEnumerable<string> Plan(string[] before, string[] after) => ConntrackPlanner
        .Plan(
            Cluster.State(Service, Cluster.Slice("dns", Ports, Cluster.Ready(before))),
            Cluster.State(Service, Cluster.Slice("dns", Ports, Cluster.Ready(after))))
        .Select(arguments => string.Join(' ', arguments));
}
