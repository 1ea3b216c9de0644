using System.Buffers;
using Crescent.Api.Hosting;

namespace Crescent.Api.Tests.Hosting;

public class BufferPoolTests
{
    [Fact]
    public void Trim_AfterABurst_KeepsWhatItNeededForOneMoreRoundOnly()
    {
        using var pool = new BufferPool(static _ => { });
        RentAndReturn(pool, 5000);
        Assert.Equal(5000, pool.Kept);

        pool.Trim();
        Assert.Equal(5000, pool.Kept);
        RentAndReturn(pool, 1000);
        pool.Trim();
        Assert.Equal(5000, pool.Kept);
        pool.Trim();
        Assert.Equal(1000, pool.Kept);
        pool.Trim();
        Assert.Equal(256, pool.Kept);
    }

    [Fact]
    public void Trim_WhileBlocksAreOut_CountsThemAsNeeded()
    {
        using var pool = new BufferPool(static _ => { });
        var blocks = Rent(pool, 1000);
        Return(blocks.Take(400));
        pool.Trim();
        pool.Trim();
        pool.Trim();
        Assert.Equal(0, pool.Kept);

        Return(blocks.Skip(400));
        Assert.Equal(600, pool.Kept);
    }

    [Fact]
    public void Rent_AfterReturn_GivesTheSameBlockAgain()
    {
        using var pool = new BufferPool(static _ => { });
        var first = pool.Rent();
        first.Memory.Span[0] = 7;
        first.Dispose();

        using var second = pool.Rent(4096);
        Assert.Same(first, second);
        Assert.Equal(4096, second.Memory.Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => pool.Rent(4097));
    }

    [Fact]
    public void Dispose_OfABlockTwice_ReturnsItOnce()
    {
        using var pool = new BufferPool(static _ => { });
        var block = pool.Rent();
        block.Dispose();
        block.Dispose();

        Assert.Equal(1, pool.Kept);
    }

    [Fact]
    public void Dispose_OfThePool_DropsWhatComesBackLater()
    {
        BufferPool? told = null;
        var pool = new BufferPool(disposed => told = disposed);
        var block = pool.Rent();
        pool.Dispose();
        block.Dispose();

        Assert.Same(pool, told);
        Assert.Equal(0, pool.Kept);
        Assert.Throws<ObjectDisposedException>(() => pool.Rent());
    }

    private static void RentAndReturn(BufferPool pool, int count) => Return(Rent(pool, count));

    private static IMemoryOwner<byte>[] Rent(BufferPool pool, int count) => [.. Enumerable.Range(0, count).Select(_ => pool.Rent())];

    private static void Return(IEnumerable<IMemoryOwner<byte>> blocks)
    {
        foreach (var block in blocks)
        {
            block.Dispose();
        }
    }
}
