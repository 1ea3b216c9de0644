using System.Globalization;
using Crescent.Grains.Mutation;
using Crescent.Grains.Resources;
using Crescent.Grains.Resources.Storage;
using Crescent.Grains.Tests.Storage;
using Crescent.Identity;
using Crescent.Resources;
using Crescent.Testing.Resources;
using Crescent.Watching;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Hosting;

namespace Crescent.Grains.Tests.Resources;

public sealed class ResourceBucketTests(TestDatabase database)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("configmaps", "default", "a", 26)]
    [InlineData("pods", "kube-system", "web-1", 21)]
    [InlineData("nodes", "", "n1", 42)]
    public void Of_AnyProcess_SaysTheSame(string type, string ns, string name, int bucket) =>
        Assert.Equal(bucket, ResourceBuckets.Of(new(ResourceType.Parse(type), ns, name)));

    [Fact]
    public void Of_NumberedNames_SpreadsThem()
    {
        var sizes = Enumerable.Range(0, 6400)
            .CountBy(static number => ResourceBuckets.Of(new(KnownTypes.Pods, "default", string.Create(CultureInfo.InvariantCulture, $"web-{number}"))))
            .Select(static bucket => bucket.Value).ToArray();

        Assert.Equal(ResourceBuckets.Count, sizes.Length);
        Assert.All(sizes, static size => Assert.InRange(size, 50, 200));
    }

    [Fact]
    public async Task Mutation_AnotherObjectOfTheBucketWaitsForAdmission_GoesOn()
    {
        var admission = new SlowAdmission();
        await using var cluster = await StartAsync(StoreKind.Sqlite, admission: admission);
        var (first, second) = Neighbours();
        admission.Slow = first.Name;

        var stuck = cluster.Grains.GetResourceGrain(first).CreateAsync(ResourceBodies.Create(first), Token);
        await admission.IsWaiting.WaitAsync(Token);
        var created = await cluster.Grains.GetResourceGrain(second).CreateAsync(ResourceBodies.Create(second), Token);
        Assert.Equal(created.Snapshot!.Version, (await cluster.Grains.GetResourceGrain(second).GetAsync(Token))!.Version);
        Assert.Null(await cluster.Grains.GetResourceGrain(first).GetAsync(Token));
        Assert.False(stuck.IsCompleted);
        admission.GoOn();

        Assert.True((await stuck).Snapshot!.Version > created.Snapshot.Version);
    }

    [Fact]
    public async Task Mutation_AnotherObjectOfTheBucketIsBeingCommitted_GoesOn()
    {
        await using var cluster = await StartAsync(StoreKind.Sqlite);
        var (first, second) = Neighbours();
        var isCommitting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var goOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await cluster.Grains.GetResourceGrain(second).CreateAsync(ResourceBodies.Create(second), Token);
        StoreOf(cluster, 0).BeforeCommit = writes => writes.Any(write => write.Key == first) && isCommitting.TrySetResult() ? goOn.Task : Task.CompletedTask;

        var stuck = cluster.Grains.GetResourceGrain(first).CreateAsync(ResourceBodies.Create(first), Token);
        await isCommitting.Task.WaitAsync(Token);
        var read = await cluster.Grains.GetResourceGrain(second).GetAsync(Token);
        var refused = await cluster.Grains.GetResourceGrain(second).CreateAsync(ResourceBodies.Create(second), Token);
        Assert.False(stuck.IsCompleted);
        goOn.SetResult();

        Assert.NotNull(read);
        Assert.Equal("AlreadyExists", refused.Error!.Reason);
        Assert.Equal(MutationOutcome.Created, (await stuck).Outcome);
    }

    /// <summary>Nobody waits for the answer any more: neither is the change made, nor does it keep those behind it waiting.</summary>
    [Fact]
    public async Task Mutation_CancelledWhileItWaitsForItsTurn_IsNotMade()
    {
        var admission = new SlowAdmission();
        await using var cluster = await StartAsync(StoreKind.Sqlite, admission: admission);
        var (key, _) = Neighbours();
        admission.Slow = key.Name;
        var target = new ResourceObject(key, new NoBucket(), cluster.ServicesOf(0).GetRequiredService<ResourceObjectServices>());
        using var cancel = new CancellationTokenSource();

        var first = target.CreateAsync(ResourceBodies.Create(key), Token);
        await admission.IsWaiting.WaitAsync(Token);
        var givenUp = target.PatchAsync(ResourceBodies.SetValue("given up"), cancel.Token);
        var last = target.PatchAsync(ResourceBodies.Patch("""{"data":{"other":"2"}}"""), Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => givenUp);
        admission.GoOn();

        await first;
        Assert.Equal("1", ResourceBodies.ValueOf((await last).Snapshot!));
    }

    [Theory]
    [InlineData(StoreKind.Sqlite)]
    [InlineData(StoreKind.Postgres)]
    public async Task Objects_CacheTellsTheSame_AreForgottenAndAnswerTheSame(StoreKind kind)
    {
        await using var cluster = await StartAsync(kind);
        await cluster.Caches.Get(KnownTypes.ConfigMaps).WaitUntilLoadedAsync(Token);
        var keys = Enumerable.Range(0, 200).Select(number => new ResourceKey(KnownTypes.ConfigMaps, "default", $"f-{number}")).ToArray();

        var written = await Task.WhenAll(keys.Select(key => cluster.Grains.GetResourceGrain(key).CreateAsync(ResourceBodies.Create(key), Token)));
        await UntilNothingIsHeldAsync(cluster, 0);

        var read = await Task.WhenAll(keys.Select(key => cluster.Grains.GetResourceGrain(key).GetAsync(Token)));
        Assert.Equal(written.Select(result => result.Snapshot!.Version), read.Select(snapshot => snapshot!.Version));
        var same = await cluster.Grains.GetResourceGrain(keys[0]).PatchAsync(ResourceBodies.SetValue("1"), Token);
        Assert.Equal((MutationOutcome.Unchanged, written[0].Snapshot!.Version), (same.Outcome, same.Snapshot!.Version));
        Assert.Equal("AlreadyExists", (await cluster.Grains.GetResourceGrain(keys[1]).CreateAsync(ResourceBodies.Create(keys[1]), Token)).Error!.Reason);
        var deleted = await Task.WhenAll(keys.Select(key => cluster.Grains.GetResourceGrain(key).DeleteAsync(ResourceBodies.Delete(), Token)));
        Assert.All(deleted, static result => Assert.Equal(MutationOutcome.Deleted, result.Outcome));
        await UntilNothingIsHeldAsync(cluster, 0);
        Assert.All(await Task.WhenAll(keys.Select(key => cluster.Grains.GetResourceGrain(key).GetAsync(Token))), Assert.Null);
    }

    /// <summary>What is known to be there is answered without the database.</summary>
    [Fact]
    public async Task Get_ObjectIsForgottenAndTheDatabaseAway_IsAnswered()
    {
        await using var cluster = await StartAsync(StoreKind.Sqlite);
        await cluster.Caches.Get(KnownTypes.ConfigMaps).WaitUntilLoadedAsync(Token);
        var (key, _) = Neighbours();
        var created = await cluster.Grains.GetResourceGrain(key).CreateAsync(ResourceBodies.Create(key), Token);
        await UntilNothingIsHeldAsync(cluster, 0);

        StoreOf(cluster, 0).IsCutOff = true;

        Assert.Equal(created.Snapshot!.Version, (await cluster.Grains.GetResourceGrain(key).GetAsync(Token))!.Version);
        Assert.Equal(503, (await cluster.Grains.GetResourceGrain(key).PatchAsync(ResourceBodies.SetValue("2"), Token)).Error!.Code);
        Assert.Equal(created.Snapshot.Version, (await cluster.Grains.GetResourceGrain(key).GetAsync(Token))!.Version);
        StoreOf(cluster, 0).IsCutOff = false;
    }

    /// <summary>Its outcome is not known: whoever asks next must hear what became of it, though the bucket has forgotten the object meanwhile.</summary>
    [Fact]
    public async Task Get_AfterAWriteOfUnknownOutcomeIsForgotten_TellsWhatBecameOfIt()
    {
        await using var cluster = await StartAsync(StoreKind.Sqlite);
        var cache = cluster.Caches.Get(KnownTypes.ConfigMaps);
        await cache.WaitUntilLoadedAsync(Token);
        var (key, _) = Neighbours();
        var grain = cluster.Grains.GetResourceGrain(key);
        await grain.CreateAsync(ResourceBodies.Create(key), Token);
        await UntilNothingIsHeldAsync(cluster, 0);
        StoreOf(cluster, 0).AfterCommit = static _ => throw new StorageUnavailableException("lost");
        Assert.Equal(503, (await grain.PatchAsync(ResourceBodies.SetValue("2"), Token)).Error!.Code);
        StoreOf(cluster, 0).AfterCommit = static _ => Task.CompletedTask;

        await UntilNothingIsHeldAsync(cluster, 0);

        Assert.Equal("2", ResourceBodies.ValueOf((await grain.GetAsync(Token))!));
        Assert.Equal(MutationOutcome.Unchanged, (await grain.PatchAsync(ResourceBodies.SetValue("2"), Token)).Outcome);
    }

    /// <summary>A new holder knows nothing, and its silo's cache may be behind what the last one has acknowledged.</summary>
    [Fact]
    public async Task Bucket_MovesBetweenSilos_ShowsEachAcknowledgedWrite()
    {
        await using var cluster = await StartAsync(StoreKind.Postgres, silos: 2);
        var (key, _) = Neighbours();
        ResourceReference[] sides = [.. Enumerable.Range(0, 2).Select(silo => cluster.ServicesOf(silo).GetRequiredService<IGrainFactory>().GetResourceGrain(key))];
        foreach (var silo in Enumerable.Range(0, 2))
        {
            await cluster.ServicesOf(silo).GetRequiredService<IResourceCaches>().Get(key.Type).WaitUntilLoadedAsync(Token);
        }

        await sides[0].CreateAsync(ResourceBodies.Create(key), Token);
        for (var round = 0; round < 30; round++)
        {
            var patched = await sides[round % 2].PatchAsync(ResourceBodies.SetValue($"r{round}"), Token);
            await cluster.Cluster.DeactivateAsync(sides[0].Bucket);

            var read = await sides[(round + 1) % 2].GetAsync(Token);

            Assert.Equal((patched.Snapshot!.Version, $"r{round}"), (read!.Version, ResourceBodies.ValueOf(read)));
        }

        await sides[1].DeleteAsync(ResourceBodies.Delete(), Token);
        await cluster.Cluster.DeactivateAsync(sides[0].Bucket);
        Assert.Null(await sides[0].GetAsync(Token));
    }

    /// <summary>A bucket stays where it is in use; so one that joins would have none for as long as the others are busy.</summary>
    [Fact]
    public async Task Silo_JoinsWhileBucketsAreInUse_GetsItsShareAndNothingIsLost()
    {
        await using var cluster = await StartAsync(StoreKind.Postgres);
        var objects = Enumerable.Range(0, 256)
            .Select(static number => new ResourceKey(KnownTypes.ConfigMaps, "default", string.Create(CultureInfo.InvariantCulture, $"n-{number}")))
            .DistinctBy(ResourceBuckets.Of).Select(cluster.Grains.GetResourceGrain).ToArray();
        foreach (var one in objects)
        {
            await one.CreateAsync(ResourceBodies.Create(one.Key), Token);
        }

        var joined = await cluster.Cluster.StartAdditionalSiloAsync();

        var management = cluster.Grains.GetGrain<IManagementGrain>(0);
        for (int round = 0, moved = 0; moved < objects.Length / 4; round++)
        {
            moved = 0;
            foreach (var one in objects)
            {
                Assert.True((await one.PatchAsync(ResourceBodies.SetValue($"r{round}"), Token)).IsSuccess);
                Assert.Equal($"r{round}", ResourceBodies.ValueOf((await one.GetAsync(Token))!));
                moved += joined.SiloAddress.Equals(await management.GetActivationAddress(one.Bucket)) ? 1 : 0;
            }

            Assert.True(moved < objects.Length);
        }
    }

    /// <summary>Two objects with different names in one bucket.</summary>
    private static (ResourceKey First, ResourceKey Second) Neighbours()
    {
        var first = new ResourceKey(KnownTypes.ConfigMaps, "default", $"n-{Guid.NewGuid():N}");
        return (first, Enumerable.Range(0, int.MaxValue)
            .Select(number => new ResourceKey(first.Type, first.Namespace, string.Create(CultureInfo.InvariantCulture, $"n-{number}")))
            .First(key => ResourceBuckets.Of(key) == ResourceBuckets.Of(first)));
    }

    /// <summary>Buckets look at what they remember every second, and whenever they are called.</summary>
    private static async Task UntilNothingIsHeldAsync(ResourceCluster cluster, int silo)
    {
        var services = cluster.ServicesOf(silo);
        while (services.GetRequiredService<ResourceInstruments>().Held > 0)
        {
            await services.GetRequiredService<IResourceCaches>().Get(KnownTypes.ConfigMaps).GetConsistentAsync(Token);
        }
    }

    private async Task<ResourceCluster> StartAsync(StoreKind kind, short silos = 1, SlowAdmission? admission = null) => await ResourceCluster.StartAsync(
        await database.CreateAsync(kind),
        silos,
        static settings =>
        {
            settings.SettleAfter = TimeSpan.FromMilliseconds(200);
            settings.JoinerPatience = TimeSpan.Zero;
        },
        silo =>
        {
            // Nobody dies here, however slow the machine is.
            silo.Configure<ClusterMembershipOptions>(static membership => membership.ProbeTimeout = TimeSpan.FromMinutes(1));
            silo.Services.AddSingleton<IResourceStore>(provider =>
                new FaultyStore(ResourceStores.Open(provider.GetRequiredService<IOptions<StoreOptions>>().Value)));
            if (admission is not null)
            {
                silo.Services.AddSingleton<IMutationPipeline>(admission);
            }
        });

    private static FaultyStore StoreOf(ResourceCluster cluster, int silo) =>
        (FaultyStore)cluster.ServicesOf(silo).GetRequiredService<IResourceStore>();

    /// <summary>An object without neighbours.</summary>
    private sealed class NoBucket : IResourceBucket
    {
        public bool Trusts(IResourceView view) => false;

        public void LeaveIfCertain()
        {
        }
    }
}
