using System.Net;
using Crescent.NodeAgent.Networks.Links;
using Xunit;

namespace Crescent.NodeAgent.Tests.Networks;

public sealed class AddressRangeTests
{
    private static readonly IPNetwork Range = IPNetwork.Parse("10.244.3.0/24");

    [Fact]
    public void OfEngine_IsTheLastEighth() => Assert.Equal(IPNetwork.Parse("10.244.3.224/27"), AddressRange.OfEngine(Range));

    [Theory]
    [InlineData("10.244.3.0/27")]
    [InlineData("fd00::/64")]
    public void OfEngine_RangeThatCannotBeShared_IsNull(string range) => Assert.Null(AddressRange.OfEngine(IPNetwork.Parse(range)));

    [Theory]
    [InlineData(null, "10.244.3.2")]
    [InlineData("10.244.3.2", "10.244.3.3")]
    [InlineData("10.244.3.9", "10.244.3.11")]
    [InlineData("10.244.3.223", "10.244.3.2")]
    [InlineData("10.9.9.9", "10.244.3.2")]
    public void Next_TakesTheFirstFreeAfterTheLast(string? last, string expected)
    {
        var taken = new HashSet<IPAddress> { IPAddress.Parse("10.244.3.10") };

        var next = AddressRange.Next(Range, last is null ? null : IPAddress.Parse(last), taken);

        Assert.Equal(IPAddress.Parse(expected), next);
    }

    [Fact]
    public void Next_NeverLeavesTheAgentsPart_AndEndsWhenItIsFull()
    {
        var engine = AddressRange.OfEngine(Range)!.Value;
        var taken = new HashSet<IPAddress>();
        IPAddress? last = null;
        while (AddressRange.Next(Range, last, taken) is { } next)
        {
            Assert.True(taken.Add(next));
            Assert.False(engine.Contains(next));
            last = next;
        }

        Assert.Equal(222, taken.Count);
    }

    [Fact]
    public void PodLink_WrittenToALabel_IsReadAgain()
    {
        var link = new PodLink("crsnt0a1b2c3d", IPAddress.Parse("10.244.3.17"), 24, IPAddress.Parse("10.244.3.1"), 1450);

        Assert.Equal(link, PodLink.Parse(link.Format()));
        Assert.Null(PodLink.Parse("10.244.3.17"));
        Assert.True(link.HostInterface.Length <= 15);
    }
}
