using Crescent.Hosting;

namespace Crescent.Grains.Tests.Hosting;

public sealed class HeapTrimPolicyTests
{
    private const long Megabyte = 1L << 20;

    private readonly HeapTrimPolicy _policy = new();

    [Fact]
    public void Next_QuietForTwoLooks_CompactsOnce()
    {
        Assert.Equal(HeapTrim.None, _policy.Next(100 * Megabyte, 40 * Megabyte));
        Assert.Equal(HeapTrim.None, _policy.Next(104 * Megabyte, 40 * Megabyte));
        Assert.Equal(HeapTrim.Compact, _policy.Next(108 * Megabyte, 40 * Megabyte));

        Assert.Equal(HeapTrim.None, _policy.Next(112 * Megabyte, 20 * Megabyte));
        Assert.Equal(HeapTrim.None, _policy.Next(118 * Megabyte, 20 * Megabyte));
        Assert.Equal(HeapTrim.Compact, _policy.Next(124 * Megabyte, 20 * Megabyte));
    }

    [Fact]
    public void Next_AtWork_LeavesTheHeapAlone()
    {
        for (var look = 1; look <= 20; look++)
        {
            Assert.Equal(HeapTrim.None, _policy.Next(look * 65 * Megabyte, 40 * Megabyte));
        }
    }

    [Fact]
    public void Next_ALittleToDoAllTheTime_CompactsEverMoreSeldom()
    {
        var looks = Enumerable.Range(1, 120).Where(look => _policy.Next(look * 10 * Megabyte, 40 * Megabyte) == HeapTrim.Compact).ToArray();

        Assert.Equal([2, 6, 13, 26, 52, 104], looks);
    }

    [Fact]
    public void Next_QuietAfterALittleToDo_CompactsAsSoonAsItIsWorthIt()
    {
        for (var look = 1; look <= 60; look++)
        {
            _policy.Next(look * 10 * Megabyte, 40 * Megabyte);
        }

        Assert.Equal(HeapTrim.Compact, _policy.Next(601 * Megabyte, 40 * Megabyte));
    }

    [Fact]
    public void Next_LargeHeapOfGarbage_IsCollectedFirstAndThenCompacted()
    {
        _policy.Next(900 * Megabyte, 300 * Megabyte);
        _policy.Next(901 * Megabyte, 300 * Megabyte);

        Assert.Equal(HeapTrim.Collect, _policy.Next(902 * Megabyte, 300 * Megabyte));
        Assert.Equal(HeapTrim.Compact, _policy.Next(903 * Megabyte, 60 * Megabyte));
        Assert.Equal(HeapTrim.None, _policy.Next(904 * Megabyte, 60 * Megabyte));
    }

    [Fact]
    public void Next_LargeHeapOfLiveObjects_IsNeverMovedAndCollectedEverMoreSeldom()
    {
        _policy.Next(900 * Megabyte, 300 * Megabyte);
        _policy.Next(901 * Megabyte, 300 * Megabyte);

        var collections = Enumerable.Range(0, 200).Where(look => Next(902 + look) == HeapTrim.Collect).ToArray();

        Assert.Equal([0, 2, 6, 14, 30, 62, 126, 190], collections);

        HeapTrim Next(int allocated)
        {
            var trim = _policy.Next(allocated * Megabyte, 290 * Megabyte);
            Assert.NotEqual(HeapTrim.Compact, trim);
            return trim;
        }
    }

    [Fact]
    public void Next_LargeHeapWhoseObjectsLeaveLater_IsCompactedThen()
    {
        _policy.Next(900 * Megabyte, 300 * Megabyte);
        _policy.Next(901 * Megabyte, 300 * Megabyte);
        Assert.Equal(HeapTrim.Collect, _policy.Next(902 * Megabyte, 300 * Megabyte));
        Assert.Equal(HeapTrim.None, _policy.Next(903 * Megabyte, 290 * Megabyte));
        Assert.Equal(HeapTrim.Collect, _policy.Next(904 * Megabyte, 290 * Megabyte));

        Assert.Equal(HeapTrim.Compact, _policy.Next(905 * Megabyte, 60 * Megabyte));
        Assert.Equal(HeapTrim.None, _policy.Next(906 * Megabyte, 50 * Megabyte));
    }
}
