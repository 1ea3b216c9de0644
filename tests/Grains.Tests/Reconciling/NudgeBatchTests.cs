using Crescent.Grains.Reconciling;
using Crescent.Identity;
using Xunit;

namespace Crescent.Grains.Tests.Reconciling;

public sealed class NudgeBatchTests
{
    private static readonly GrainType Controller = GrainType.Create("some-reconciler");

    [Fact]
    public void Add_SameTarget_MergesToTheNewestVersionPerType()
    {
        var batch = new NudgeBatch();
        batch.Add(Controller, "a", KnownTypes.Pods, new(3));
        batch.Add(Controller, "a", KnownTypes.Pods, new(5));
        batch.Add(Controller, "a", KnownTypes.Pods, new(4));
        batch.Add(Controller, "a", KnownTypes.ReplicaSets, new(1));
        batch.Add(Controller, "a");
        batch.Add(Controller, "b");
        var nudges = batch.Drain().ToDictionary(pair => pair.Target.Key.ToString()!, pair => pair.Nudge);
        Assert.Equal([5, 1], nudges["a"].Seen.Select(seen => seen.Version.Value));
        Assert.Empty(nudges["b"].Seen);
        Assert.Equal(0, batch.Count);
    }

    [Theory]
    [InlineData(1, 0.0, 100)]
    [InlineData(1, 1.0, 200)]
    [InlineData(3, 1.0, 800)]
    [InlineData(60, 1.0, 5000)]
    public void For_Failures_DoublesUpToTheMaximum(int failures, double dice, int milliseconds) => Assert.Equal(
        TimeSpan.FromMilliseconds(milliseconds),
        Backoff.For(failures, TimeSpan.FromMilliseconds(200), TimeSpan.FromMilliseconds(5000), dice));

    [Fact]
    public async Task RunAsync_ManyItems_StaysWithinTheLimitAndKeepsOrder()
    {
        var (running, most) = (0, 0);
        var results = await FanOut.RunAsync(Enumerable.Range(0, 100).ToArray(), 8, async item =>
        {
            var now = Interlocked.Increment(ref running);
            InterlockedMax(ref most, now);
            await Task.Yield();
            Interlocked.Decrement(ref running);
            return item * 2;
        });
        Assert.Equal(Enumerable.Range(0, 100).Select(item => item * 2), results);
        Assert.InRange(most, 1, 8);
    }

    private static void InterlockedMax(ref int target, int value)
    {
        var seen = Volatile.Read(ref target);
        while (seen < value && Interlocked.CompareExchange(ref target, value, seen) is var actual && actual != seen)
        {
            seen = actual;
        }
    }
}
