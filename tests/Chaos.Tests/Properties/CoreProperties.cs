using System.Collections.Concurrent;
using System.Globalization;
using Crescent.Grains.Resources.Storage;
using Crescent.Identity;
using Crescent.Resources;
using Crescent.Testing.Databases;
using Crescent.Testing.Resources;
using Crescent.Watching;
using CsCheck;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Hosting;

namespace Crescent.Chaos.Tests.Properties;

/// <summary>
/// Writer, sequencer and cache together against a list of acknowledged writes: callers at once on a few objects, transactions whose outcome
/// gets lost before or after they took effect, sequencers that move, and windows so small that the cache must compare with the rows.
/// </summary>
public sealed class CoreProperties : IDisposable
{
    private static readonly Gen<Trouble> Troubles = Gen.Frequency(
        (8, Gen.Const(Trouble.None)), (1, Gen.Const(Trouble.LostBefore)), (1, Gen.Const(Trouble.LostAfter)), (1, Gen.Const(Trouble.Moved)));

    private readonly string _directory = Directory.CreateTempSubdirectory("crescent-core-").FullName;
    private int _types;
    private int _commits;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData(1)]
    [InlineData(4096)]
    public async Task Core_AnyWritesAndTroubles_ShowsEachAcknowledgedWriteOnceInOrder(int window)
    {
        await using var cluster = await StartAsync(window);
        await Gen.Select(Gen.Int[0, 9].Array[1, 12].Array[1, 6], Troubles.Array[0, 12]).SampleAsync(
            async (callers, troubles) => await CompareAsync(cluster, new("", $"t{++_types}"), callers, troubles, window), iter: 8, threads: 1);
    }

    /// <param name="cluster">The core.</param>
    /// <param name="type">A type of its own.</param>
    /// <param name="callers">What each caller does, one after the other; each number is one write.</param>
    /// <param name="troubles">What happens to the commits, in turn.</param>
    /// <param name="window">Events the sequencer remembers.</param>
    private async Task CompareAsync(ResourceCluster cluster, ResourceType type, int[][] callers, Trouble[] troubles, int window)
    {
        // A sequencer that moves finds the newest state of each object; states before it that no cache had read yet are gone.
        var isGapless = window > 1 && !troubles.Contains(Trouble.Moved);
        var cache = cluster.Caches.Get(type);
        await cache.WaitUntilLoadedAsync(Token);
        using var subscription = cache.Subscribe(cache.Current.Version)!;
        Disturb(cluster, type, troubles);
        var acknowledged = new ConcurrentBag<(long Version, long Before, bool IsDeletion)>();
        await Task.WhenAll(callers.Select((writes, caller) => CallAsync(cluster, type, caller, writes, acknowledged)));
        Disturb(cluster, type, []);

        // Acknowledged: then whatever became of the writes before it is settled.
        var last = new ResourceKey(type, "n", "last");
        Assert.Equal(MutationOutcome.Created, (await cluster.Grains.GetResourceGrain(last).CreateAsync(ResourceBodies.Create(last))).Outcome);
        var view = await cache.GetConsistentAsync(Token);

        var seen = new Dictionary<string, long>(StringComparer.Ordinal);
        var deleted = new HashSet<string>(StringComparer.Ordinal);
        var versions = new List<long>();
        while (subscription.Position < view.Version)
        {
            foreach (var change in await subscription.ReadAsync(Token))
            {
                versions.Add(change.Version.Value);
                if (change.Kind == ResourceEventKind.Deleted)
                {
                    Assert.True(deleted.Add(change.Current.Uid), $"{change.Current.Key} was deleted twice");
                    Assert.True(seen.Remove(change.Current.Key.Name) || !isGapless, $"{change.Current.Key} was deleted and never seen");
                }
                else
                {
                    Assert.Equal(change.Kind == ResourceEventKind.Modified, seen.ContainsKey(change.Current.Key.Name));
                    seen[change.Current.Key.Name] = change.Version.Value;
                }
            }
        }

        var rows = await StoreOf(cluster).ReadPageAsync(type, null, 100, Token);
        Assert.Equal(rows.Select(row => (row.Key.Name, row.Version.Value)), view.Enumerate().Select(item => (item.Key.Name, item.Version.Value)));
        Assert.Equal(rows.Select(row => (row.Key.Name, row.Version.Value)), seen.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => (pair.Key, pair.Value)));
        Assert.Equal(versions.Distinct().Order(), versions);
        Assert.All(acknowledged, write => Assert.True(write.Version > write.Before, $"{write} took a version that was known before"));
        Assert.Equal(acknowledged.Count, acknowledged.Select(write => write.Version).Distinct().Count());
        if (isGapless)
        {
            Assert.Empty(acknowledged.Select(write => write.Version).Except(versions));
        }
    }

    private static async Task CallAsync(
        ResourceCluster cluster, ResourceType type, int caller, int[] writes, ConcurrentBag<(long Version, long Before, bool IsDeletion)> acknowledged)
    {
        foreach (var (number, write) in writes.Index())
        {
            var key = new ResourceKey(type, "n", $"o{write % 4}");
            var grain = cluster.Grains.GetResourceGrain(key);
            var before = acknowledged.Select(known => known.Version).DefaultIfEmpty().Max();
            var result = await (write switch
            {
                < 4 => grain.CreateAsync(ResourceBodies.Create(key)),
                < 7 => grain.PatchAsync(ResourceBodies.SetValue(string.Create(CultureInfo.InvariantCulture, $"{caller}-{number}"))),
                _ => grain.DeleteAsync(ResourceBodies.Delete()),
            });
            Assert.True(result.Error is null or { Code: 503 or 409 or 404 }, result.Error?.Message);
            if (result.Snapshot is { } snapshot && result.Outcome is MutationOutcome.Created or MutationOutcome.Updated or MutationOutcome.Deleted)
            {
                acknowledged.Add((result.Snapshot!.Version.Value, before, result.Outcome == MutationOutcome.Deleted));
            }
        }
    }

    private void Disturb(ResourceCluster cluster, ResourceType type, Trouble[] troubles)
    {
        var store = StoreOf(cluster);
        var first = Volatile.Read(ref _commits);
        var next = first;
        Trouble Of(IReadOnlyList<RowWrite> writes, int commit) =>
            writes.Any(write => write.Key.Type == type) && commit - first is var turn && turn < troubles.Length ? troubles[turn] : Trouble.None;
        store.BeforeCommit = async writes =>
        {
            var trouble = Of(writes, Interlocked.Increment(ref next) - 1);
            if (trouble == Trouble.Moved)
            {
                await cluster.Cluster.DeactivateAsync(cluster.Grains.GetGrain<IResourceTypeGrain>(type.ToString()));
            }

            if (trouble == Trouble.LostBefore)
            {
                throw new StorageUnavailableException("lost before it took effect");
            }
        };
        store.AfterCommit = writes => Of(writes, Interlocked.Increment(ref _commits) - 1) == Trouble.LostAfter
            ? throw new StorageUnavailableException("lost after it took effect")
            : Task.CompletedTask;
    }

    private Task<ResourceCluster> StartAsync(int window) => ResourceCluster.StartAsync(
        new() { Kind = StoreKind.Sqlite, ConnectionString = $"Data Source={Path.Combine(_directory, "core.db")}" },
        configureCore: core =>
        {
            core.SettleAfter = TimeSpan.FromMilliseconds(50);
            core.WindowMaxEvents = core.RecoveredEvents = window;
        },
        configureSilo: silo => silo.Services.AddSingleton<IResourceStore>(provider =>
            new FaultyStore(ResourceStores.Open(provider.GetRequiredService<IOptions<StoreOptions>>().Value))));

    private static FaultyStore StoreOf(ResourceCluster cluster) => (FaultyStore)cluster.ServicesOf(0).GetRequiredService<IResourceStore>();
}
