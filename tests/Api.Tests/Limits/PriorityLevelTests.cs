using Crescent.Api.Limits;
using Crescent.Authorization;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Crescent.Api.Tests.Limits;

public sealed class PriorityLevelTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly PriorityLevel _level;
    private readonly FlowSchema _schema;

    public PriorityLevelTests()
    {
        _level = new("some", _time);
        _schema = new("everybody", "u1", 100, _level, "ByUser", [], new());
    }

    [Fact]
    public void Enter_Full_WaitsForItsTurn()
    {
        Limit(seats: 1);
        var first = Enter("alice");
        var second = Enter("alice");

        Assert.Null(first.Ready);
        Assert.False(second.Ready!.Task.IsCompleted);
        first.Dispose();
        first.Dispose();
        Assert.True(second.Ready.Task.IsCompletedSuccessfully);
        Assert.Equal((1, 0), (_level.Executing, _level.Waiting));
    }

    [Fact]
    public void Enter_QueueFull_IsRefusedAtOnce()
    {
        Limit(seats: 1, queues: 1, length: 1);
        using var first = Enter("alice");
        Enter("alice");

        Assert.Equal("queue-full", Enter("alice").Refusal);
        Assert.Equal(1, _level.Tally.Rejected);
    }

    [Fact]
    public void Enter_LevelWithoutQueues_IsRefusedAtOnce()
    {
        _level.Configure("l1", new(IsExempt: false, 5, 0, 0, 0) { Seats = 1 });
        using var first = Enter("alice");
        var second = Enter("bob");

        Assert.Equal("concurrency-limit", second.Refusal);
        second.Dispose();
        Assert.Equal(1, _level.Executing);
    }

    [Fact]
    public void Enter_OfAnExemptLevel_NeverWaits()
    {
        _level.Configure("l1", LevelSettings.Exempt);
        Assert.All(Enumerable.Range(0, 1000).Select(_ => Enter("alice")).ToList(), static turn => Assert.Null(turn.Ready));
    }

    [Fact]
    public void Leave_ABusyFlowAndAnother_TheyTakeTurns()
    {
        Limit(seats: 1, queues: 64, length: 50);
        Enter("busy");
        foreach (var _ in Enumerable.Range(0, 20))
        {
            Enter("busy");
        }

        var quiet = Enter("quiet");
        var served = 0;
        while (!quiet.Ready!.Task.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            Assert.Single(_level.Observe().Executing).Dispose();
            served++;
        }

        // The busy flow has up to four queues, each of which may go first once.
        Assert.InRange(served, 1, 5);
    }

    [Fact]
    public void Abandon_OfAWaitingTurn_LeavesTheQueue()
    {
        Limit(seats: 1, queues: 1, length: 1);
        var first = Enter("alice");
        var second = Enter("alice");

        Assert.True(_level.Abandon(second, isLate: true));
        Assert.Equal("time-out", second.Refusal);
        Assert.NotNull(Enter("alice").Ready);
        first.Dispose();
        Assert.Equal(1, _level.Tally.TimedOut);
        Assert.False(_level.Abandon(first, isLate: true));
    }

    [Fact]
    public void Configure_WithMoreSeats_LetsThoseWaitingIn()
    {
        Limit(seats: 1);
        Enter("alice");
        var second = Enter("bob");
        Limit(seats: 2);
        Assert.True(second.Ready!.Task.IsCompleted);
    }

    [Fact]
    public void Configure_WithFewerQueues_KeepsWhomTheyHold()
    {
        Limit(seats: 1, queues: 64);
        var first = Enter("alice");
        var waiting = Enumerable.Range(0, 10).Select(user => Enter($"user-{user}")).ToList();
        _level.Configure("l1", LevelSettings.CatchAll with { Seats = 1 });
        Assert.Equal(10, _level.Waiting);

        _level.Configure("l1", LevelSettings.Exempt);
        first.Dispose();
        Assert.All(waiting, static turn => Assert.True(turn.Ready!.Task.IsCompleted));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(64, 6)]
    [InlineData(128, 6)]
    [InlineData(8, 8)]
    public void Deal_OfAnyFlow_IsAHandOfDifferentQueues(int queues, int size)
    {
        foreach (var flow in Enumerable.Range(0, 200).Select(static number => $"user-{number}"))
        {
            var (hand, again) = (new int[size], new int[size]);
            ShuffleSharding.Deal("schema", flow, queues, hand);
            ShuffleSharding.Deal("schema", flow, queues, again);
            Assert.Equal(hand, again);
            Assert.Equal(size, hand.Distinct().Count());
            Assert.All(hand, queue => Assert.InRange(queue, 0, queues - 1));
        }
    }

    private void Limit(int seats, int queues = 8, int length = 10) =>
        _level.Configure("l1", new(IsExempt: false, 30, queues, Math.Min(queues, 4), length) { Seats = seats });

    private Turn Enter(string user) => _level.Enter(_schema, new AccessRequest { User = new() { Name = user }, Verb = "get", Path = "/version" });
}
