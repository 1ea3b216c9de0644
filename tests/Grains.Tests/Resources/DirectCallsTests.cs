using Crescent.Grains.Resources;

namespace Crescent.Grains.Tests.Resources;

public sealed class DirectCallsTests
{
    [Fact]
    public void Close_NothingUnderWay_IsOverAtOnceAndRefusesEverything()
    {
        var calls = new DirectCalls();
        Assert.True(calls.TryBegin());
        calls.End();

        Assert.True(calls.CloseAsync().IsCompletedSuccessfully);
        Assert.False(calls.TryBegin());
    }

    [Fact]
    public void Close_CallsUnderWay_IsOverWhenTheLastOneHasEnded()
    {
        var calls = new DirectCalls();
        Assert.True(calls.TryBegin());
        Assert.True(calls.TryBegin());

        var closed = calls.CloseAsync();
        Assert.False(calls.TryBegin());
        calls.End();
        Assert.False(closed.IsCompleted);
        calls.End();

        Assert.True(closed.IsCompletedSuccessfully);
        Assert.False(calls.TryBegin());
    }

    /// <summary>Whoever was let in is waited for, at whatever moment it is closed.</summary>
    [Fact]
    public async Task Close_WhileManyBeginAndEnd_NobodyIsInsideAfterwards()
    {
        for (var round = 0; round < 200; round++)
        {
            var calls = new DirectCalls();
            var inside = 0;
            var callers = Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
            {
                while (calls.TryBegin())
                {
                    Interlocked.Increment(ref inside);
                    Interlocked.Decrement(ref inside);
                    calls.End();
                }
            })).ToArray();

            await calls.CloseAsync();

            Assert.Equal(0, Volatile.Read(ref inside));
            await Task.WhenAll(callers);
        }
    }
}
