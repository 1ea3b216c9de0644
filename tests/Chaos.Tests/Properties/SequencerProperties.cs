using System.Text;
using Crescent.Grains.Watching;
using Crescent.Identity;
using Crescent.Resources;
using Crescent.Watching;
using CsCheck;

namespace Crescent.Chaos.Tests.Properties;

/// <summary>The frontier while writers publish in any order and at once, some give up, and readers follow.</summary>
public sealed class SequencerProperties
{
    private static readonly ResourceType Type = KnownTypes.ConfigMaps;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Frontier_WritersAtOnce_ReadersSeeEachPublishedVersionOnceInOrder() =>
        await Gen.Select(Gen.Select(Gen.Int[1, 5], Gen.Int[0, 4]).Array[1, 20].Array[1, 5], Gen.Int[1, 3]).SampleAsync(CompareAsync, iter: 150, threads: 2);

    private static async Task CompareAsync((int Count, int Abandoned)[][] writers, int readers)
    {
        var total = writers.Sum(batches => batches.Sum(batch => batch.Count));
        var sequencer = new Sequencer(Type, maxEvents: 10_000, maxBytes: 10_000_000, TimeProvider.System);
        sequencer.Begin(epoch: 1, new(1), new(total + 1), ResourceVersion.None, []);

        // Held open until all have reserved, so that versions stay the writers' to hand out.
        var first = sequencer.ReserveWatched(1, out _)!;
        var reading = Enumerable.Range(0, readers).Select(_ => ReadAsync(sequencer, total + 1)).ToArray();
        var published = new List<long>[writers.Length];
        await Task.WhenAll(writers.Select((batches, writer) => Task.Run(async () =>
        {
            published[writer] = [];
            foreach (var (count, abandoned) in batches)
            {
                var reserved = sequencer.TryReserve(count)!;
                await Task.Yield();
                var versions = Enumerable.Range(0, count).Select(index => reserved.First.Value + index).ToArray();
                long[] kept = [.. versions.Skip(abandoned)];
                Assert.True(sequencer.TryPublish(
                    new() { Epoch = 1, Events = [.. kept.Select(EventAt)], Abandoned = [.. versions.Take(abandoned).Select(version => new ResourceVersion(version))] },
                    out var passed));
                Assert.Equal(kept.Length == 0, passed.IsCompleted);
                published[writer].AddRange(kept);
            }
        })));
        Assert.Equal(ResourceVersion.None, sequencer.Frontier);

        Assert.True(sequencer.TryPublish(new() { Epoch = 1, Events = [], Abandoned = [first.First] }, out _));

        Assert.Equal(new(total + 1), sequencer.Frontier);
        Assert.Equal(0, sequencer.Open);
        var expected = published.SelectMany(versions => versions).Order().ToArray();
        foreach (var seen in await Task.WhenAll(reading))
        {
            Assert.Equal(expected, seen);
        }
    }

    private static async Task<List<long>> ReadAsync(Sequencer sequencer, long end)
    {
        var seen = new List<long>();
        var position = ResourceVersion.None;
        while (position.Value < end)
        {
            var page = await sequencer.ReadAsync(position, TimeSpan.FromSeconds(20), Token);
            Assert.False(page.IsExpired);
            seen.AddRange(page.Events.Select(change => change.Version.Value));
            position = page.Through;
        }

        return seen;
    }

    private static ResourceEvent EventAt(long version) => new()
    {
        Kind = ResourceEventKind.Modified,
        Snapshot = new() { Key = new(Type, "n", "a"), Uid = "u", Version = new(version), Body = Encoding.UTF8.GetBytes("{}") },
    };
}
