using Crescent.Identity;
using Crescent.NodeAgent.Networks;

namespace Crescent.NodeAgent.Tests.Networks;

public sealed class NetworkSnapshotTests
{
    private const string Ports = """[{"name":"","protocol":"TCP","port":8080}]""";

    [Fact]
    public void Apply_SlicesComeAndGo_AreGroupedByService()
    {
        var state = Cluster.State(
            Cluster.Slice("web", Ports, Cluster.Ready("10.244.1.1"), "b"),
            Cluster.Slice("web", Ports, Cluster.Ready("10.244.1.2"), "a"),
            Cluster.Slice("other", Ports, Cluster.Ready("10.244.1.3")));

        var after = state.Apply(new()
        {
            Next = default,
            IsFull = false,
            Removed = [new ResourceKey(KnownTypes.EndpointSlices, "default", "web-a")],
        });

        Assert.Equal(["web-a", "web-b"], state.SlicesOf(new ServiceId("default", "web")).Select(slice => slice.Name));
        Assert.Equal(["web-b"], after.SlicesOf(new ServiceId("default", "web")).Select(slice => slice.Name));
        Assert.Equal(state.SlicesOf(new ServiceId("default", "other")), after.SlicesOf(new ServiceId("default", "other")));
    }

    [Fact]
    public void Apply_EmptyPage_IsTheSameState()
    {
        var state = Cluster.State();

        Assert.Same(state, state.Apply(new() { Next = default, IsFull = false }));
    }

    [Fact]
    public void Apply_ObjectsWithWrongTypes_CountAsAbsentOrEmpty()
    {
        var state = Cluster.State(Cluster.Service("odd", """{"clusterIP":7,"ports":"none","sessionAffinity":null}"""));

        var service = Assert.Single(state.Services.Values);
        Assert.Empty(service.ClusterIps);
        Assert.Empty(service.Ports);
        Assert.Null(service.ClientAffinity);
    }
}
