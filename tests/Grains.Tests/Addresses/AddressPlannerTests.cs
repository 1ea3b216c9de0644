using Crescent.Addresses;
using Crescent.Grains.Addresses;
using Xunit;

namespace Crescent.Grains.Tests.Addresses;

public sealed class AddressPlannerTests
{
    private static readonly AddressPlanner Planner = new(new() { ServiceRange = "10.0.0.0/29", FirstNodePort = 30000, LastNodePort = 30001 });

    private static AddressRequest Request(string? address = null, params long[] ports) =>
        new() { Owner = "default/web", OwnerUid = "u1", Address = address, NodePorts = [.. ports] };

    private static Dictionary<string, AddressHolder> Held(params string[] keys) =>
        keys.ToDictionary(static key => key, static _ => new AddressHolder { Owner = "default/other", OwnerUid = "u2" }, StringComparer.Ordinal);

    [Fact]
    public void Plan_RangeNearlyFull_FindsTheLastFreeAddress()
    {
        var plan = Planner.Plan(Request(""), Held("10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.5", "10.0.0.6"), start: 7);
        Assert.Equal("10.0.0.4", plan.Address);
    }

    [Fact]
    public void Plan_RangeFull_SaysSo()
    {
        var plan = Planner.Plan(Request(""), Held([.. Enumerable.Range(1, 6).Select(static last => $"10.0.0.{last}")]), start: 0);
        Assert.Equal("failed to allocate IP for service: range is full", plan.AddressProblem);
    }

    [Fact]
    public void Plan_AddressOfAnother_IsRefusedAndOwnOneGranted()
    {
        Assert.Contains("provided IP is already allocated", Planner.Plan(Request("10.0.0.2"), Held("10.0.0.2"), 0).AddressProblem, StringComparison.Ordinal);
        var own = new Dictionary<string, AddressHolder>(StringComparer.Ordinal) { ["10.0.0.2"] = new() { OwnerUid = "u1" } };
        Assert.True(Planner.Plan(Request("10.0.0.2"), own, 0).IsGranted);
    }

    [Theory]
    [InlineData("10.0.0.0")]
    [InlineData("10.0.0.7")]
    [InlineData("10.0.1.1")]
    [InlineData("::1")]
    public void Plan_AddressOutsideTheRange_IsRefused(string address) =>
        Assert.Contains("is not in the valid range", Planner.Plan(Request(address), Held(), 0).AddressProblem, StringComparison.Ordinal);

    [Fact]
    public void Plan_SeveralPorts_GivesEachAnother()
    {
        Assert.Equal([30001, 30000], Planner.Plan(Request(null, 0, 30000), Held(), 0).NodePorts);
        var refused = Planner.Plan(Request(null, 30000, 30001), Held("30001"), 0);
        Assert.Equal((1, "provided port is already allocated"), (refused.RefusedPort, refused.PortProblem));
        Assert.Equal(1, Planner.Plan(Request(null, 0, 0), Held("30001"), 0).RefusedPort);
    }
}
