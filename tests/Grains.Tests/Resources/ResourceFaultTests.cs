using System.Text;
using Crescent.Grains.Resources.Storage;
using Crescent.Grains.Tests.Storage;
using Crescent.Identity;
using Crescent.Resources;
using Crescent.Testing.Databases;
using Crescent.Testing.Resources;
using Crescent.Watching;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Crescent.Grains.Tests.Resources;

/// <summary>The rows of the crash table that one process can reach.</summary>
public sealed class ResourceFaultTests(TestDatabase database)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Commit_TookEffectButOutcomeLost_IsSettledAndPublished()
    {
        await using var cluster = await StartAsync(StoreKind.Sqlite);
        var store = StoreOf(cluster, 0);
        var (key, grain, subscription) = await WatchNewObjectAsync(cluster);
        store.AfterCommit = static _ => throw new StorageUnavailableException("lost");

        var answer = await grain.CreateAsync(ResourceBodies.Create(key));

        store.AfterCommit = static _ => Task.CompletedTask;
        Assert.Equal((503, 0), (answer.Error!.Code, answer.Error.RetryAfterSeconds));
        var change = await NextAsync(subscription);
        Assert.Equal((key, ResourceEventKind.Added), (change.Current.Key, change.Kind));
        Assert.Equal(change.Version, (await grain.GetAsync())!.Version);
        Assert.Equal("AlreadyExists", (await grain.CreateAsync(ResourceBodies.Create(key))).Error!.Reason);
    }

    [Fact]
    public async Task Commit_DeletionTookEffectButOutcomeLost_IsSettledAndPublished()
    {
        await using var cluster = await StartAsync(StoreKind.Sqlite);
        var store = StoreOf(cluster, 0);
        var (key, grain, subscription) = await WatchNewObjectAsync(cluster);
        await grain.CreateAsync(ResourceBodies.Create(key));
        await NextAsync(subscription);
        store.AfterCommit = static _ => throw new StorageUnavailableException("lost");

        await grain.DeleteAsync(ResourceBodies.Delete());

        store.AfterCommit = static _ => Task.CompletedTask;
        var change = await NextAsync(subscription);
        Assert.Equal(ResourceEventKind.Deleted, change.Kind);
        Assert.Equal(change.Version.ToString(), ResourceBodies.VersionIn(change.Current));
        Assert.Null(await grain.GetAsync());
    }

    [Fact]
    public async Task Commit_NeverHappened_LeavesNothingAndHoldsNobodyUp()
    {
        await using var cluster = await StartAsync(StoreKind.Sqlite);
        var store = StoreOf(cluster, 0);
        var (key, grain, subscription) = await WatchNewObjectAsync(cluster);
        store.BeforeCommit = static _ => throw new StorageUnavailableException("down");

        Assert.Equal(503, (await grain.CreateAsync(ResourceBodies.Create(key))).Error!.Code);

        store.BeforeCommit = static _ => Task.CompletedTask;
        Assert.Null(await grain.GetAsync());
        var created = await grain.CreateAsync(ResourceBodies.Create(key));
        Assert.Equal(MutationOutcome.Created, created.Outcome);
        Assert.Equal(created.Snapshot!.Version, (await NextAsync(subscription)).Version);
    }

    /// <summary>A client that reads Retry-After sends the same again by itself, so it must not when the first try may have taken effect.</summary>
    [Fact]
    public async Task Commit_RefusedByTheDatabase_MayBeTriedAgain()
    {
        await using var cluster = await StartAsync(StoreKind.Sqlite);
        var store = StoreOf(cluster, 0);
        var (key, grain, _) = await WatchNewObjectAsync(cluster);
        store.BeforeCommit = static _ => throw new StorageUnavailableException("disk full") { IsUntouched = true };

        var refused = (await grain.CreateAsync(ResourceBodies.Create(key))).Error!;

        store.BeforeCommit = static _ => Task.CompletedTask;
        Assert.Equal((503, 1), (refused.Code, refused.RetryAfterSeconds));
    }

    /// <summary>Others may have seen the new state before its writer hears of it; a get must not go back behind them.</summary>
    [Fact]
    public async Task Get_CommitUnderWay_WaitsForWhatBecomesOfIt()
    {
        await using var cluster = await StartAsync(StoreKind.Sqlite);
        var store = StoreOf(cluster, 0);
        var (key, grain, _) = await WatchNewObjectAsync(cluster);
        await grain.CreateAsync(ResourceBodies.Create(key));
        var isCommitted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var goOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        store.AfterCommit = async writes =>
        {
            if (writes.Any(write => write.Key == key))
            {
                isCommitted.TrySetResult();
                await goOn.Task;
            }
        };

        var patching = grain.PatchAsync(ResourceBodies.SetValue("new"));
        await isCommitted.Task.WaitAsync(Token);
        var getting = grain.GetAsync(Token);
        Assert.Null(await cluster.Grains.GetResourceGrain(new(key.Type, key.Namespace, "another")).GetAsync(Token));
        goOn.SetResult();

        Assert.Equal((await patching).Snapshot!.Version, (await getting)!.Version);
    }

    /// <summary>A row can be ahead of the cache a fresh activation starts from: another activation has written it, and died before publishing.</summary>
    [Fact]
    public async Task Write_RowIsAheadOfTheCache_IsDecidedAgainOnTheRow()
    {
        await using var cluster = await StartAsync(StoreKind.Postgres);
        var (key, grain, _) = await WatchNewObjectAsync(cluster);
        var created = (await grain.CreateAsync(ResourceBodies.Create(key))).Snapshot!;
        await cluster.Cluster.DeactivateAsync(grain.Bucket);
        var ahead = await WriteBehindAsync(cluster, created, isDeletion: false);

        var patched = await grain.PatchAsync(ResourceBodies.Patch("""{"data":{"other":"2"}}"""));

        Assert.Equal(MutationOutcome.Updated, patched.Outcome);
        Assert.Equal("behind", ResourceBodies.ValueOf(patched.Snapshot!));
        Assert.True(patched.Snapshot!.Version > ahead);
    }

    [Fact]
    public async Task Create_CacheStillShowsADeletedRow_IsNotRefusedBecauseOfIt()
    {
        await using var cluster = await StartAsync(StoreKind.Postgres);
        var (key, grain, _) = await WatchNewObjectAsync(cluster);
        var created = (await grain.CreateAsync(ResourceBodies.Create(key))).Snapshot!;
        await cluster.Cluster.DeactivateAsync(grain.Bucket);
        await WriteBehindAsync(cluster, created, isDeletion: true);

        Assert.Equal(MutationOutcome.Created, (await grain.CreateAsync(ResourceBodies.Create(key))).Outcome);
    }

    /// <summary>Whoever deleted it died before publishing: a list that begins after the get must not show it again.</summary>
    [Theory]
    [InlineData(StoreKind.Sqlite)]
    [InlineData(StoreKind.Postgres)]
    public async Task Get_DeletionIsNotPublishedYet_ShowsItNoEarlierThanLists(StoreKind kind)
    {
        await using var cluster = await StartAsync(kind);
        var (key, grain, _) = await WatchNewObjectAsync(cluster);
        var created = (await grain.CreateAsync(ResourceBodies.Create(key))).Snapshot!;
        await cluster.Cluster.DeactivateAsync(grain.Bucket);
        await WriteBehindAsync(cluster, created, isDeletion: true);

        Assert.Null(await grain.GetAsync(Token));

        var view = await cluster.Caches.Get(key.Type).GetConsistentAsync(Token);
        Assert.False(view.TryGet(key.Namespace, key.Name, out _));
    }

    [Fact]
    public async Task Write_EpochRaisedByAnotherSequencer_IsRetriedUnderTheNewEpoch()
    {
        await using var cluster = await StartAsync(StoreKind.Postgres);
        var (key, grain, subscription) = await WatchNewObjectAsync(cluster);
        await StoreOf(cluster, 0).RaiseEpochAsync(key.Type, 1000, null, Token);

        var created = await grain.CreateAsync(ResourceBodies.Create(key));

        Assert.Equal(MutationOutcome.Created, created.Outcome);
        Assert.Equal(created.Snapshot!.Version, (await NextAsync(subscription)).Version);
    }

    [Fact]
    public async Task Sequencer_Moved_SubscriptionGoesOnWithoutAGap()
    {
        await using var cluster = await StartAsync(StoreKind.Sqlite);
        var (key, grain, subscription) = await WatchNewObjectAsync(cluster);
        var created = await grain.CreateAsync(ResourceBodies.Create(key));
        Assert.Equal(created.Snapshot!.Version, (await NextAsync(subscription)).Version);
        for (var round = 0; round < 5; round++)
        {
            await cluster.Cluster.DeactivateAsync(cluster.Grains.GetGrain<IResourceTypeGrain>(key.Type.ToString()));
            var patched = await grain.PatchAsync(ResourceBodies.SetValue($"r{round}"));
            Assert.Equal(patched.Snapshot!.Version, (await NextAsync(subscription)).Version);
        }
    }

    [Fact]
    public async Task Cache_WindowLost_ComparesWithStorageAndGoesOn()
    {
        // A sequencer that remembers nothing and restores one event sends every lagging cache back to the rows.
        await using var cluster = await StartAsync(StoreKind.Postgres, core =>
        {
            core.WindowMaxEvents = 1;
            core.RecoveredEvents = 1;
        });
        var cache = cluster.Caches.Get(KnownTypes.ConfigMaps);
        await cache.WaitUntilLoadedAsync(Token);
        using var subscription = cache.Subscribe(cache.Current.Version)!;
        var keys = Enumerable.Range(0, 200).Select(number => new ResourceKey(KnownTypes.ConfigMaps, "default", $"w-{number}")).ToArray();

        await Task.WhenAll(keys.Select(key => cluster.Grains.GetResourceGrain(key).CreateAsync(ResourceBodies.Create(key))));
        await Task.WhenAll(keys.Take(50).Select(key => cluster.Grains.GetResourceGrain(key).DeleteAsync(ResourceBodies.Delete())));
        var view = await cache.GetConsistentAsync(Token);

        Assert.Equal(150, view.Count);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var last = ResourceVersion.None;
        while (subscription.Position < view.Version)
        {
            foreach (var change in await subscription.ReadAsync(Token))
            {
                Assert.True(change.Version > last);
                last = change.Version;
                _ = change.Kind == ResourceEventKind.Deleted ? seen.Remove(change.Current.Key.Name) : seen.Add(change.Current.Key.Name);
            }
        }

        Assert.Equal(view.Enumerate().Select(item => item.Key.Name).Order(StringComparer.Ordinal), seen.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Postgres_Crashed_WritesAreRefusedReadsGoOnAndAllResumes()
    {
        _ = database.Server;
        await using var server = await PostgresServer.StartAsync();
        var options = new StoreOptions { Kind = StoreKind.Postgres, ConnectionString = await server.CreateDatabaseAsync() };
        await using var cluster = await ResourceCluster.StartAsync(
            options, configureCore: core => core.SettleAfter = TimeSpan.FromMilliseconds(200));
        var (key, grain, subscription) = await WatchNewObjectAsync(cluster);
        await grain.CreateAsync(ResourceBodies.Create(key));
        var created = await NextAsync(subscription);

        await server.CrashAsync();
        var refused = await grain.PatchAsync(ResourceBodies.SetValue("during"));
        var view = await cluster.Caches.Get(key.Type).GetConsistentAsync(Token);
        await server.StartServerAsync();

        Assert.Equal(503, refused.Error!.Code);
        Assert.True(view.TryGet(key.Namespace, key.Name, out var listed));
        Assert.Equal(created.Version, listed.Version);
        MutationResult resumed;
        do
        {
            resumed = await grain.PatchAsync(ResourceBodies.SetValue("after"));
        }
        while (resumed.Error?.Code == 503);

        Assert.Equal(MutationOutcome.Updated, resumed.Outcome);
        Assert.Equal(resumed.Snapshot!.Version, (await NextAsync(subscription)).Version);
    }

    /// <summary>The database answers the caller's silo, not the one that hosts the object and the sequencer.</summary>
    [Fact]
    public async Task Write_HostCutOffFromItsDatabase_MovesToTheCaller()
    {
        await using var cluster = await StartAsync(StoreKind.Postgres, silos: 2, core: null);
        var key = new ResourceKey(KnownTypes.ConfigMaps, "default", "moves");
        var host = cluster.ServicesOf(1).GetRequiredService<IGrainFactory>();
        await host.GetResourceGrain(key).CreateAsync(ResourceBodies.Create(key));
        var reads = StoreOf(cluster, 0);

        StoreOf(cluster, 1).IsCutOff = true;
        var grain = cluster.Grains.GetResourceGrain(key);
        MutationResult moved;
        do
        {
            moved = await grain.PatchAsync(ResourceBodies.SetValue($"{Guid.NewGuid():N}"), Token);
        }
        while (moved.Error?.Code == 503);

        Assert.Equal(MutationOutcome.Updated, moved.Outcome);
        Assert.Equal(moved.Snapshot!.Version, (await grain.GetAsync(Token))!.Version);
        Assert.Equal(moved.Snapshot.Version, (await reads.LoadAsync(key, Token))!.Value.Version);
    }

    private Task<ResourceCluster> StartAsync(StoreKind kind, Action<Crescent.Grains.Resources.ResourceCoreOptions>? core = null) =>
        StartAsync(kind, 1, core);

    private async Task<ResourceCluster> StartAsync(StoreKind kind, short silos, Action<Crescent.Grains.Resources.ResourceCoreOptions>? core)
    {
        var options = await database.CreateAsync(kind);
        return await ResourceCluster.StartAsync(
            options,
            silos,
            settings =>
            {
                settings.SettleAfter = TimeSpan.FromMilliseconds(200);
                core?.Invoke(settings);
            },
            silo => silo.Services.AddSingleton<IResourceStore>(provider =>
                new FaultyStore(ResourceStores.Open(provider.GetRequiredService<IOptions<StoreOptions>>().Value))));
    }

    private static FaultyStore StoreOf(ResourceCluster cluster, int silo) =>
        (FaultyStore)cluster.ServicesOf(silo).GetRequiredService<IResourceStore>();

    /// <summary>Commits a change and publishes nothing.</summary>
    private static async Task<ResourceVersion> WriteBehindAsync(ResourceCluster cluster, ResourceSnapshot before, bool isDeletion)
    {
        var reservation = await cluster.Grains.GetGrain<IResourceTypeGrain>(before.Key.Type.ToString()).ReserveAsync(1, Token);
        var body = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(before.Body)
            .Replace("\"value\":\"1\"", "\"value\":\"behind\"", StringComparison.Ordinal)
            .Replace($"\"resourceVersion\":\"{before.Version}\"", $"\"resourceVersion\":\"{reservation.First}\"", StringComparison.Ordinal));
        var after = new ResourceSnapshot { Key = before.Key, Uid = before.Uid, Version = reservation.First, Body = body };
        var outcomes = await StoreOf(cluster, 0).CommitAsync([new(reservation.Epoch, before.Version, after, isDeletion)], Token);
        Assert.Equal([WriteOutcome.Committed], outcomes);
        return reservation.First;
    }

    private static async Task<(ResourceKey Key, ResourceReference Grain, IResourceSubscription Subscription)> WatchNewObjectAsync(ResourceCluster cluster)
    {
        var key = new ResourceKey(KnownTypes.ConfigMaps, "default", $"c-{Guid.NewGuid():N}");
        var cache = cluster.Caches.Get(key.Type);
        await cache.WaitUntilLoadedAsync(Token);
        return (key, cluster.Grains.GetResourceGrain(key), cache.Subscribe(cache.Current.Version)!);
    }

    private static async Task<ResourceChange> NextAsync(IResourceSubscription subscription)
    {
        while (true)
        {
            var batch = await subscription.ReadAsync(Token);
            if (batch.Count > 0)
            {
                return Assert.Single(batch);
            }
        }
    }
}
