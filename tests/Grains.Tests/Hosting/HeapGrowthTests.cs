using Crescent.Hosting;

namespace Crescent.Grains.Tests.Hosting;

public sealed class HeapGrowthTests
{
    [Theory]
    [InlineData(8, 0, false)]
    [InlineData(9, 0, true)]
    [InlineData(80, 64, false)]
    [InlineData(81, 64, true)]
    [InlineData(40, 64, false)]
    [InlineData(456, 400, false)]
    [InlineData(459, 400, true)]
    public void IsDue_OldObjectsHaveGrownByMoreThanAnEighth_IsTrue(long megabytes, long atLast, bool expected) =>
        Assert.Equal(expected, HeapGrowth.IsDue(megabytes << 20, atLast << 20));
}
