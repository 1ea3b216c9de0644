using Crescent.Grains.Watching;
using Crescent.Identity;
using Crescent.Watching;
using Microsoft.Extensions.Time.Testing;

namespace Crescent.Grains.Tests.Watching;

public sealed class SequencerTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void TryReserve_NobodyWatches_IsLeftToTheGrain()
    {
        var sequencer = Started();

        Assert.Null(sequencer.TryReserve(1));
        Assert.NotNull(sequencer.ReserveWatched(1, out var wasWatched));
        Assert.False(wasWatched);
        Assert.Equal(2, sequencer.TryReserve(1)!.First.Value);
    }

    [Fact]
    public void TryReserve_WhileTheGrainSettles_IsLeftToTheGrain()
    {
        var sequencer = Started();
        sequencer.ReserveWatched(1, out _);

        sequencer.BeginWatch();
        Assert.Null(sequencer.TryReserve(1));

        Assert.True(sequencer.EndWatch());
        Assert.NotNull(sequencer.TryReserve(1));
    }

    [Fact]
    public void EndWatch_NothingOpen_EndsTheWatch()
    {
        var sequencer = Started();
        sequencer.ReserveWatched(1, out _);
        Assert.True(sequencer.TryPublish(Of(1, 1), out _));

        sequencer.BeginWatch();

        Assert.False(sequencer.EndWatch());
        Assert.Null(sequencer.TryReserve(1));
    }

    [Fact]
    public void TryReserve_BlockUsedUp_IsLeftToTheGrain()
    {
        var sequencer = Started(last: 4);
        sequencer.ReserveWatched(1, out _);

        Assert.Null(sequencer.TryReserve(4));
        Assert.NotNull(sequencer.TryReserve(3));
    }

    [Fact]
    public async Task TryPublish_VersionInFrontIsOpen_WaitsForIt()
    {
        var sequencer = Started();
        sequencer.ReserveWatched(2, out _);

        Assert.True(sequencer.TryPublish(Of(1, 2), out var second));
        Assert.False(second.IsCompleted);
        Assert.Empty((await sequencer.ReadAsync(ResourceVersion.None, TimeSpan.Zero, Token)).Events);

        Assert.True(sequencer.TryPublish(Of(1, 1), out var first));
        await Task.WhenAll(first, second).WaitAsync(Token);
        Assert.Equal([1, 2], (await sequencer.ReadAsync(ResourceVersion.None, TimeSpan.Zero, Token)).Events.Select(change => change.Version.Value));
    }

    [Fact]
    public void TryPublish_FencedOrOfANewerEpoch_IsLeftToTheGrain()
    {
        var sequencer = Started();
        sequencer.ReserveWatched(1, out _);

        Assert.False(sequencer.TryPublish(new() { Epoch = 1, IsFenced = true }, out _));
        Assert.False(sequencer.TryPublish(Of(2, 1), out _));
    }

    [Fact]
    public async Task Retire_WhileAPublicationAndAReaderWait_SendsBothElsewhere()
    {
        var sequencer = Started();
        sequencer.ReserveWatched(2, out _);
        sequencer.TryPublish(Of(1, 2), out var publication);
        var read = sequencer.ReadAsync(ResourceVersion.None, TimeSpan.FromSeconds(5), Token);

        Assert.True(sequencer.Retire());

        await Assert.ThrowsAsync<SequencerRetiredException>(() => publication);
        await Assert.ThrowsAsync<SequencerRetiredException>(() => read);
        Assert.Null(sequencer.TryReserve(1));
        Assert.False(sequencer.TryPublish(Of(1, 1), out _));
        Assert.False(sequencer.Retire());
    }

    [Fact]
    public async Task Reserve_ManyWritersAtOnce_ReaderSeesEveryVersionInOrder()
    {
        const int writers = 8, writes = 500;
        var sequencer = Started(last: 1 + (writers * writes));
        sequencer.ReserveWatched(1, out _);
        sequencer.TryPublish(Of(1, 1), out _);
        var seen = new List<long>();
        var reading = Task.Run(async () =>
        {
            var position = new ResourceVersion(1);
            while (position.Value < 1 + (writers * writes))
            {
                var page = await sequencer.ReadAsync(position, TimeSpan.FromSeconds(5), Token);
                seen.AddRange(page.Events.Select(change => change.Version.Value));
                position = page.Through;
            }
        }, Token);

        await Task.WhenAll(Enumerable.Range(0, writers).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < writes; i++)
            {
                var reservation = sequencer.TryReserve(1)!;
                sequencer.TryPublish(Of(1, reservation.First.Value), out var passed);
                await passed.WaitAsync(Token);
                Assert.True(sequencer.Frontier >= reservation.First);
            }
        }, Token)));

        await reading.WaitAsync(Token);
        Assert.Equal(Enumerable.Range(2, writers * writes).Select(version => (long)version), seen);
    }

    private static Sequencer Started(long last = 1000)
    {
        var sequencer = new Sequencer(KnownTypes.ConfigMaps, 10_000, 100_000_000, new FakeTimeProvider());
        sequencer.Begin(1, new(1), new(last), ResourceVersion.None, []);
        return sequencer;
    }

    private static Publication Of(long epoch, long version) => new()
    {
        Epoch = epoch,
        Events =
        [
            new()
            {
                Kind = ResourceEventKind.Added,
                Snapshot = new() { Key = new(KnownTypes.ConfigMaps, "default", "a"), Uid = "u", Version = new(version), Body = [] },
            },
        ],
    };
}
