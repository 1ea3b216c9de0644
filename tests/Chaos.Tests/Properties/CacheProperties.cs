using System.Text;
using Crescent.Identity;
using Crescent.Resources;
using Crescent.Watching;
using CsCheck;

namespace Crescent.Chaos.Tests.Properties;

/// <summary>Views and change log against plain collections, with readers that come, lag and go while changes are appended.</summary>
public sealed class CacheProperties
{
    private static readonly ResourceType Type = KnownTypes.ConfigMaps;

    [Fact]
    public void View_AnyChanges_HoldsWhatADictionaryHolds() =>
        Gen.Select(Gen.Int[0, 40], Gen.Bool).Array[1, 12].Array[1, 40].Sample(
            batches =>
            {
                var model = new SortedDictionary<string, long>(StringComparer.Ordinal);
                var view = ResourceView.Empty;
                var before = new List<(ResourceView View, string[] Names)>();
                long version = 0;
                foreach (var batch in batches)
                {
                    var changed = new Dictionary<ObjectName, ResourceSnapshot?>();
                    foreach (var (number, isDeletion) in batch)
                    {
                        var snapshot = At($"o{number:00}", ++version);
                        changed[ObjectName.Of(snapshot)] = isDeletion ? null : snapshot;
                        _ = isDeletion ? model.Remove(snapshot.Key.Name) : (model[snapshot.Key.Name] = version) > 0;
                    }

                    before.Add((view, [.. view.Enumerate().Select(item => item.Key.Name)]));
                    view = view.With(changed, new(version));
                }

                Assert.Equal(model.Select(pair => (pair.Key, pair.Value)), view.Enumerate().Select(item => (item.Key.Name, item.Version.Value)));
                Assert.Equal(model.Count, view.Count);
                Assert.All(before, old => Assert.Equal(old.Names, old.View.Enumerate().Select(item => item.Key.Name)));
            },
            iter: 200);

    [Fact]
    public async Task Log_ReadersWhileChangesAreAppended_SeeEachOnceInOrder() =>
        await Gen.Select(Gen.Int[0, 3].Array[1, 60], Gen.Int[0, 50], Gen.Int[1, 4]).SampleAsync(
            async (batches, join, readers) =>
            {
                var log = new ChangeLog(maxChanges: 10_000, maxBytes: 10_000_000);
                log.Restart(new(1));
                long version = 1;
                var total = batches.Sum();
                var end = 1 + total;
                var reading = new List<Task<List<long>>>();
                for (var index = 0; index < batches.Length; index++)
                {
                    if (index == Math.Min(join, batches.Length - 1))
                    {
                        for (var reader = 0; reader < readers; reader++)
                        {
                            reading.Add(ReadAsync(log.Open(new(1), bufferSize: 10_000)!, end));
                        }
                    }

                    var changes = Enumerable.Range(0, batches[index]).Select(_ => new ResourceChange(ResourceEventKind.Modified, At("a", ++version), null)).ToArray();
                    log.Append(changes, new(version));
                }

                foreach (var seen in await Task.WhenAll(reading))
                {
                    Assert.Equal(Enumerable.Range(2, total).Select(number => (long)number), seen);
                }
            },
            iter: 200);

    /// <summary>Positive steps append as many changes, 0 reads what there is.</summary>
    [Fact]
    public async Task Log_ReadersCutForBeingBehind_ResumeWithoutGapWhileTheWindowReachesBack() =>
        await Gen.Select(Gen.Int[0, 60].Array[1, 60], Gen.Int[1, 400], Gen.Int[1, 600], Gen.Int[500, 30_000]).SampleAsync(
            async (steps, buffer, window, bytes) =>
            {
                var log = new ChangeLog(window, maxBytes: long.MaxValue, bytes);
                log.Restart(new(0));
                var reader = log.Open(new(0), buffer)!;
                long version = 0;
                long seen = 0;
                foreach (var step in steps)
                {
                    if (step > 0)
                    {
                        log.Append([.. Enumerable.Range(0, step).Select(_ => new ResourceChange(ResourceEventKind.Modified, At("a", ++version), null))], new(version));
                        continue;
                    }

                    while (seen < version)
                    {
                        try
                        {
                            foreach (var change in await reader.ReadAsync(TestContext.Current.CancellationToken))
                            {
                                Assert.Equal(++seen, change.Version.Value);
                            }
                        }
                        catch (SubscriptionLostException)
                        {
                            reader.Dispose();
                            if (log.Open(new(seen), buffer) is not { } resumed)
                            {
                                Assert.True(version - seen > window, $"{version - seen} changes behind, {window} are remembered");
                                seen = version;
                                resumed = log.Open(new(seen), buffer)!;
                            }

                            reader = resumed;
                        }
                    }
                }

                Assert.True(log.ReaderCount <= 1);
                reader.Dispose();
            },
            iter: 500);

    private static Task<List<long>> ReadAsync(ResourceSubscription subscription, long end) => Task.Run(async () =>
    {
        var seen = new List<long>();
        using (subscription)
        {
            while (subscription.Position.Value < end)
            {
                seen.AddRange((await subscription.ReadAsync(TestContext.Current.CancellationToken)).Select(change => change.Version.Value));
            }
        }

        return seen;
    });

    private static ResourceSnapshot At(string name, long version) => new()
    {
        Key = new(Type, "n", name), Uid = name, Version = new(version), Body = Encoding.UTF8.GetBytes($"{{\"v\":{version}}}"),
    };
}
