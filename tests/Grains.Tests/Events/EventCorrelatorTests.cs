using Crescent.Grains.Events;
using Xunit;

namespace Crescent.Grains.Tests.Events;

public sealed class EventCorrelatorTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly EventCorrelator _correlator = new(new());

    [Fact]
    public void Decide_SameEventAgain_CountsOnTheSameObject()
    {
        var first = Decide("Pulled image", 0)!;
        var second = Decide("Pulled image", 30)!;
        Assert.True(first.IsNew);
        Assert.False(second.IsNew);
        Assert.Equal(first.Key, second.Key);
        Assert.Equal(2, second.Count);
        Assert.Equal(Start, second.FirstAt);
    }

    [Fact]
    public void Decide_SameEventAfterTheWindow_StartsANewObject()
    {
        var first = Decide("Pulled image", 0)!;
        var second = Decide("Pulled image", 3600)!;
        Assert.True(second.IsNew);
        Assert.NotEqual(first.Key, second.Key);
    }

    [Fact]
    public void Decide_ManySimilar_AreCombinedIntoOneCountedEvent()
    {
        var writes = Enumerable.Range(0, 14).Select(index => Decide($"Created pod: web-{index}", index)!).ToList();
        Assert.All(writes.Take(10), write => Assert.True(write.IsNew));
        Assert.Equal("(combined from similar events): Created pod: web-13", writes[13].Message);
        Assert.Equal(4, writes[13].Count);
        Assert.Equal(writes[10].Key, writes[13].Key);
    }

    [Fact]
    public void Decide_Flood_IsCutAtTheBurstAndRefilled()
    {
        var written = Enumerable.Range(0, 100).Count(index => Decide($"message {index}", 0) is not null);
        Assert.Equal(25, written);
        Assert.NotNull(Decide("later", 301));
        Assert.Null(Decide("later still", 302));
    }

    [Fact]
    public void Decide_ClusterScopedSubject_WritesToDefault() => Assert.Equal("default", Decide("x", 0, ns: "")!.Key.Namespace);

    private EventWrite? Decide(string message, int second, string ns = "team") => _correlator.Decide(new(
        new() { ApiVersion = "apps/v1", Kind = "ReplicaSet", Namespace = ns, Name = "web", Uid = "u" },
        EventTypes.Normal, "Reason", message, "controller", "", Start.AddSeconds(second)));
}
