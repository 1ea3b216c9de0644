using Crescent.Grains.Resources;
using Crescent.Grains.Resources.Storage;
using Crescent.Grains.Tests.Storage;
using Crescent.Identity;
using Crescent.Resources;
using Crescent.Testing.Resources;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;

namespace Crescent.Grains.Tests.Resources;

/// <summary>Reads of objects whose bucket is in another silo, which does not answer and is taken for alive all the while.</summary>
public sealed class ImpatientReadsTests(TestDatabase database)
{
    private readonly HeldReads _reads = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Get_BucketsSiloIsSilent_ShowsWhatWasAcknowledged()
    {
        await using var cluster = await StartAsync();
        var (near, _) = await CreateElsewhereAsync(cluster);
        await near.PatchAsync(ResourceBodies.SetValue("2"), Token);
        _reads.Hold();

        var found = await near.GetAsync(Token);

        Assert.Equal("2", ResourceBodies.ValueOf(found!));
        Assert.True(_reads.Waiting > 0);
        await near.DeleteAsync(ResourceBodies.Delete(), Token);
        Assert.Null(await near.GetAsync(Token));
        var members = cluster.ServicesOf(0).GetRequiredService<IClusterMembershipService>().CurrentSnapshot;
        Assert.Equal(SiloStatus.Active, members.GetSiloStatus(cluster.Cluster.Silos[1].SiloAddress));
        _reads.GoOn();
    }

    [Fact]
    public async Task Get_BucketsSiloIsKilled_ShowsWhatWasAcknowledged()
    {
        await using var cluster = await StartAsync();
        var (near, _) = await CreateElsewhereAsync(cluster);
        await near.PatchAsync(ResourceBodies.SetValue("2"), Token);

        await cluster.Cluster.KillSiloAsync(cluster.Cluster.Silos[1]);

        Assert.Equal("2", ResourceBodies.ValueOf((await near.GetAsync(Token))!));
    }

    /// <summary>A list that begins later might not show it.</summary>
    [Fact]
    public async Task Get_RowIsCommittedAndNotPublished_WaitsUntilItIs()
    {
        await using var cluster = await StartAsync();
        var (near, far) = await CreateElsewhereAsync(cluster);
        var isCommitted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var isRead = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var goOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        StoreOf(cluster, 1).AfterCommit = _ =>
        {
            isCommitted.TrySetResult();
            return goOn.Task;
        };
        StoreOf(cluster, 0).AfterLoad = key =>
        {
            if (key == near.Key)
            {
                isRead.TrySetResult();
            }
        };
        var patching = far.PatchAsync(ResourceBodies.SetValue("2"), Token);
        await isCommitted.Task.WaitAsync(Token);
        _reads.Hold();

        var reading = near.GetAsync(Token);
        await isRead.Task.WaitAsync(Token);
        var list = await cluster.Caches.Get(near.Key.Type).GetConsistentAsync(Token);

        Assert.True(list.TryGet(near.Key.Namespace, near.Key.Name, out var listed));
        Assert.Equal("1", ResourceBodies.ValueOf(listed));
        Assert.False(reading.IsCompleted);
        goOn.SetResult();
        Assert.Equal((await patching).Snapshot!.Version, (await reading)!.Version);
        _reads.GoOn();
    }

    [Fact]
    public async Task Get_NeitherBucketNorRowAnswers_FailsAsTheBucketDoes()
    {
        await using var cluster = await StartAsync();
        var (near, _) = await CreateElsewhereAsync(cluster);
        StoreOf(cluster, 0).IsCutOff = true;
        var impatience = LocalBuckets.Of(cluster.Grains).Impatience!;

        await Assert.ThrowsAsync<SiloUnavailableException>(() => impatience.AnswerAsync(
            Task.FromException<ResourceSnapshot?>(new SiloUnavailableException("dead")), near.Key, Token));
        StoreOf(cluster, 0).IsCutOff = false;
    }

    [Fact]
    public async Task Get_OfManyWhoseBucketsAreSilent_ReadsSomeRowsAtATime()
    {
        const int Readers = ImpatientReads.MaxRows * 3;
        await using var cluster = await StartAsync();
        var (near, _) = await CreateElsewhereAsync(cluster);
        var goOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var isFull = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var (now, most) = (0, 0);
        StoreOf(cluster, 0).BeforeLoad = async _ =>
        {
            var count = Interlocked.Increment(ref now);
            InterlockedMax(ref most, count);
            if (count == ImpatientReads.MaxRows)
            {
                isFull.TrySetResult();
            }

            await goOn.Task;
        };
        StoreOf(cluster, 0).AfterLoad = _ => Interlocked.Decrement(ref now);
        _reads.Hold();

        var reading = Enumerable.Range(0, Readers).Select(_ => near.GetAsync(Token)).ToArray();
        await isFull.Task.WaitAsync(Token);
        goOn.SetResult();

        Assert.All(await Task.WhenAll(reading), static found => Assert.Equal("1", ResourceBodies.ValueOf(found!)));
        Assert.Equal(ImpatientReads.MaxRows, most);
        _reads.GoOn();
    }

    private static void InterlockedMax(ref int most, int count)
    {
        int seen;
        while ((seen = Volatile.Read(ref most)) < count)
        {
            Interlocked.CompareExchange(ref most, count, seen);
        }
    }

    /// <summary>An object in a bucket of the second silo, as both silos see it.</summary>
    private static async Task<(ResourceReference Near, ResourceReference Far)> CreateElsewhereAsync(ResourceCluster cluster)
    {
        var key = new ResourceKey(KnownTypes.ConfigMaps, "default", $"n-{Guid.NewGuid():N}");
        var cache = cluster.Caches.Get(key.Type);
        await cache.WaitUntilLoadedAsync(Token);
        var far = cluster.ServicesOf(1).GetRequiredService<IGrainFactory>().GetResourceGrain(key);
        var created = await far.CreateAsync(ResourceBodies.Create(key), Token);
        await cache.WaitForAsync(created.Snapshot!.Version, Token);
        return (cluster.Grains.GetResourceGrain(key), far);
    }

    private static FaultyStore StoreOf(ResourceCluster cluster, int silo) =>
        (FaultyStore)cluster.ServicesOf(silo).GetRequiredService<IResourceStore>();

    private async Task<ResourceCluster> StartAsync() => await ResourceCluster.StartAsync(
        await database.CreateAsync(StoreKind.Postgres),
        silos: 2,
        static settings => (settings.SettleAfter, settings.WriteTimeout) = (TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(2)),
        silo =>
        {
            silo.Configure<ClusterMembershipOptions>(static membership => membership.ProbeTimeout = TimeSpan.FromMinutes(1));
            silo.Services.AddSingleton<IResourceStore>(provider =>
                new FaultyStore(ResourceStores.Open(provider.GetRequiredService<IOptions<StoreOptions>>().Value)));
            silo.AddIncomingGrainCallFilter(_reads);
        });

    /// <summary>Lets reads of buckets wait that come from another silo.</summary>
    private sealed class HeldReads : IIncomingGrainCallFilter
    {
        private volatile TaskCompletionSource? _gate;
        private int _waiting;

        public int Waiting => Volatile.Read(ref _waiting);

        public void Hold() => _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void GoOn() => _gate!.SetResult();

        public async Task Invoke(IIncomingGrainCallContext context)
        {
            if (_gate is { } gate && context.InterfaceMethod.DeclaringType == typeof(IResourceBucketGrain)
                && context.InterfaceMethod.Name == nameof(IResourceBucketGrain.GetAsync))
            {
                Interlocked.Increment(ref _waiting);
                await gate.Task;
            }

            await context.Invoke();
        }
    }
}
