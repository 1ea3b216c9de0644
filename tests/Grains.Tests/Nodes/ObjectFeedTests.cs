using Crescent.Grains.Nodes;
using Crescent.Identity;
using Crescent.Nodes;
using Crescent.Resources;
using Microsoft.Extensions.Time.Testing;

namespace Crescent.Grains.Tests.Nodes;

public sealed class ObjectFeedTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly ObjectFeed _feed = new();

    [Fact]
    public async Task Read_FromStart_IsFullAndThenOnlyWhatChanged()
    {
        _feed.Set(Pod("a", 1));
        _feed.Set(Pod("b", 2));
        var full = await ReadAsync(FeedCursor.Start);
        Assert.True(full.IsFull);
        Assert.Equal(2, full.Changed.Length);

        _feed.Set(Pod("b", 3));
        _feed.Set(Pod("b", 4));
        _feed.Remove(Key("a"), new(5));
        var page = await ReadAsync(full.Next);

        Assert.False(page.IsFull);
        Assert.Equal(4, page.Changed.Single().Version.Value);
        Assert.Equal(Key("a"), page.Removed.Single());
    }

    [Fact]
    public async Task Read_Waiting_WakesOnChangeAndEndsEmptyAfterTheWait()
    {
        var start = (await ReadAsync(FeedCursor.Start)).Next;

        var woken = ReadAsync(start);
        _feed.Set(Pod("a", 1));
        var page = await woken;
        Assert.Single(page.Changed);

        var idle = ReadAsync(page.Next);
        _time.Advance(TimeSpan.FromSeconds(5));
        var empty = await idle;
        Assert.True(empty is { IsFull: false, Changed.IsEmpty: true, Removed.IsEmpty: true });
        Assert.Equal(page.Next, empty.Next);
    }

    [Fact]
    public void Set_LateState_IsDropped()
    {
        _feed.Set(Pod("a", 5));
        _feed.Set(Pod("a", 3));
        Assert.Equal(5, _feed.Find(Key("a"))!.Version.Value);

        _feed.Remove(Key("a"), new(6));
        _feed.Set(Pod("a", 5));
        Assert.Null(_feed.Find(Key("a")));
    }

    [Fact]
    public async Task Read_CursorOfAnotherFeedOrBeforeTheLog_IsFull()
    {
        var old = (await ReadAsync(FeedCursor.Start)).Next;
        for (var index = 0; index < 5000; index++)
        {
            _feed.Set(Pod($"p{index}", (2 * index) + 1));
            _feed.Remove(Key($"p{index}"), new((2 * index) + 2));
        }

        Assert.True((await ReadAsync(old)).IsFull);
        Assert.True((await ReadAsync(new() { Epoch = "other", Position = 1 })).IsFull);
    }

    [Fact]
    public async Task Read_RandomChanges_ReaderEndsWithTheFeedsState()
    {
        var random = new Random(7);
        var seen = new Dictionary<ResourceKey, long>();
        var cursor = FeedCursor.Start;
        for (var version = 1; version < 20_000; version++)
        {
            var name = $"p{random.Next(200)}";
            if (random.Next(3) == 0)
            {
                _feed.Remove(Key(name), new(version));
            }
            else
            {
                _feed.Set(Pod(name, version));
            }

            if (random.Next(500) == 0 || version == 19_999)
            {
                var page = await ReadAsync(cursor);
                if (page.IsFull)
                {
                    seen.Clear();
                }

                foreach (var snapshot in page.Changed)
                {
                    seen[snapshot.Key] = snapshot.Version.Value;
                }

                foreach (var key in page.Removed)
                {
                    seen.Remove(key);
                }

                cursor = page.Next;
            }
        }

        Assert.Equal(_feed.Count, seen.Count);
        Assert.All(seen, pair => Assert.Equal(pair.Value, _feed.Find(pair.Key)!.Version.Value));
    }

    private static ResourceKey Key(string name) => new(KnownTypes.Pods, "default", name);

    private static ResourceSnapshot Pod(string name, long version) =>
        new() { Key = Key(name), Uid = name, Version = new(version), Body = [] };

    private Task<FeedPage> ReadAsync(FeedCursor after) =>
        _feed.ReadAsync(after, TimeSpan.FromSeconds(5), _time, TestContext.Current.CancellationToken);
}
