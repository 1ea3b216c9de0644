using Crescent.Grains.Scheduling.Framework;
using Crescent.Scheduling;

namespace Crescent.Grains.Tests.Scheduling;

public sealed class QuantitiesTests
{
    [Theory]
    [InlineData("100m", 100)]
    [InlineData("1", 1000)]
    [InlineData("1.5", 1500)]
    [InlineData("0.0001", 1)]
    [InlineData("2k", 2_000_000)]
    [InlineData("1500u", 2)]
    [InlineData("", 0)]
    [InlineData("nonsense", 0)]
    public void Milli_Text_IsRoundedUp(string text, long expected) => Assert.Equal(expected, Quantities.Milli(text));

    [Theory]
    [InlineData("128Mi", 128L << 20)]
    [InlineData("1.5Gi", 3L << 29)]
    [InlineData("1e3", 1000)]
    [InlineData("2E", 2_000_000_000_000_000_000)]
    [InlineData("12e-1", 2)]
    [InlineData("100m", 1)]
    [InlineData("9999E", long.MaxValue)]
    [InlineData("-3", -3)]
    public void Units_Text_IsRoundedUp(string text, long expected) => Assert.Equal(expected, Quantities.Units(text));
}
