using System.Globalization;
using Crescent.Grains.Resources.Storage;
using Crescent.Grains.Tests.Storage;
using Crescent.Identity;
using Crescent.Resources;
using Crescent.Testing.Resources;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Hosting;

namespace Crescent.Grains.Tests.Resources;

/// <summary>Calls of a bucket by those who share its silo.</summary>
public sealed class NearCallTests(TestDatabase database)
{
    private readonly BucketCallCounter _grainCalls = new();
    private readonly ChangeableTime _time = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Calls_BucketIsInThisSilo_NeedNoGrainCall()
    {
        await using var cluster = await StartAsync();
        var (one, _) = Objects(cluster);
        await one.CreateAsync(ResourceBodies.Create(one.Key), Token);
        for (var round = 0; round < 50; round++)
        {
            var value = string.Create(CultureInfo.InvariantCulture, $"r{round}");
            Assert.Equal(value, ResourceBodies.ValueOf((await one.PatchAsync(ResourceBodies.SetValue(value), Token)).Snapshot!));
            Assert.Equal(value, ResourceBodies.ValueOf((await one.GetAsync(Token))!));
        }

        Assert.Equal(MutationOutcome.Deleted, (await one.DeleteAsync(ResourceBodies.Delete(), Token)).Outcome);
        Assert.Null(await one.GetAsync(Token));

        // The first one, which woke it, and one whenever the membership changed.
        Assert.InRange(_grainCalls.Count, 1, 10);
    }

    /// <summary>A grain that nobody calls is collected.</summary>
    [Fact]
    public async Task Calls_ForLongOnlyFromThisSilo_SometimesReachTheGrain()
    {
        await using var cluster = await StartAsync();
        var (one, _) = Objects(cluster);
        for (var minute = 1; minute <= 3; minute++)
        {
            var before = _grainCalls.Count;
            _time.Skip(TimeSpan.FromMinutes(1));
            await one.GetAsync(Token);
            Assert.True(_grainCalls.Count > before);
        }
    }

    [Fact]
    public async Task Deactivation_NearCallsUnderWay_WaitsForThemAndLeavesLaterOnesToTheSuccessor()
    {
        await using var cluster = await StartAsync();
        var (one, neighbour) = Objects(cluster);
        await neighbour.CreateAsync(ResourceBodies.Create(neighbour.Key), Token);
        var bucket = BucketOf(cluster, one.Key);
        var first = bucket.Active;
        var commit = Hold(cluster, one.Key);

        var creating = one.CreateAsync(ResourceBodies.Create(one.Key), Token);
        await commit.IsHeld.Task.WaitAsync(Token);
        var deactivating = cluster.Cluster.DeactivateAsync(one.Bucket);
        while (bucket.Active is not null)
        {
            await Task.Delay(1, Token);
        }

        Assert.False(first!.TryGet(one.Key, Token, out _));
        var patching = neighbour.PatchAsync(ResourceBodies.SetValue("2"), Token);
        Assert.False(deactivating.IsCompleted || patching.IsCompleted);
        commit.GoOn.SetResult();

        Assert.Equal(MutationOutcome.Created, (await creating).Outcome);
        await deactivating;
        Assert.Equal("2", ResourceBodies.ValueOf((await patching).Snapshot!));
        Assert.NotSame(first, bucket.Active);
        Assert.Equal((await creating).Snapshot!.Version, (await one.GetAsync(Token))!.Version);
    }

    /// <summary>The bucket must not work in the turns of a grain that calls it: it may be busy, and others wait for the same object.</summary>
    [Fact]
    public async Task Write_CallerIsAGrainThatIsBusyAfterwards_DoesNotHoldUpOthers()
    {
        await using var cluster = await StartAsync();
        var (one, _) = Objects(cluster);
        await one.CreateAsync(ResourceBodies.Create(one.Key), Token);
        var commit = Hold(cluster, one.Key);
        using var goOn = new ManualResetEventSlim();
        var turn = new ConcurrentExclusiveSchedulerPair().ExclusiveScheduler;

        var isCalled = new TaskCompletionSource<Task<MutationResult>>(TaskCreationOptions.RunContinuationsAsynchronously);
        var busy = Task.Factory.StartNew(
            () =>
            {
                isCalled.SetResult(one.PatchAsync(ResourceBodies.SetValue("grain"), Token));
                goOn.Wait(Token);
            },
            Token, TaskCreationOptions.LongRunning, turn);
        var ofGrain = await isCalled.Task;
        await commit.IsHeld.Task.WaitAsync(Token);
        var ofOther = one.PatchAsync(ResourceBodies.SetValue("other"), Token);
        commit.GoOn.SetResult();

        Assert.Equal("other", ResourceBodies.ValueOf((await ofOther).Snapshot!));
        goOn.Set();
        await busy;
        Assert.Equal("grain", ResourceBodies.ValueOf((await ofGrain).Snapshot!));
    }

    /// <summary>As with a grain call, whose outcome is not known then.</summary>
    [Fact]
    public async Task Write_NoAnswerInTime_TimesOutAndGoesOn()
    {
        await using var cluster = await StartAsync();
        var (one, neighbour) = Objects(cluster);
        await neighbour.CreateAsync(ResourceBodies.Create(neighbour.Key), Token);
        var commit = Hold(cluster, one.Key);
        _time.IsOver = BucketTimeouts.Write;

        await Assert.ThrowsAsync<TimeoutException>(() => one.CreateAsync(ResourceBodies.Create(one.Key), Token));
        _time.IsOver = null;
        await commit.IsHeld.Task.WaitAsync(Token);
        commit.GoOn.SetResult();

        Assert.NotNull(await one.GetAsync(Token));
        Assert.InRange(_grainCalls.Count, 1, 10);
    }

    /// <summary>Threads, not turns: each write builds on the one before, and no read is older than what was acknowledged before it began.</summary>
    [Fact]
    public async Task Calls_ManyThreadsOnOneObject_LoseNothing()
    {
        const int writers = 4, rounds = 50;
        await using var cluster = await StartAsync();
        var (one, _) = Objects(cluster);
        var newest = (await one.CreateAsync(ResourceBodies.Create(one.Key), Token)).Snapshot!.Version.Value;
        using var stop = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 2).Select(_ => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                var acknowledged = Volatile.Read(ref newest);
                Assert.True((await one.GetAsync(Token))!.Version.Value >= acknowledged);

                // What is known is answered at once: without this the reader would keep its thread from the writers.
                await Task.Yield();
            }
        })).ToArray();

        await Task.WhenAll(Enumerable.Range(0, writers).Select(writer => Task.Run(async () =>
        {
            for (var round = 0; round < rounds; round++)
            {
                var key = string.Create(CultureInfo.InvariantCulture, $"w{writer}-{round}");
                var patched = await one.PatchAsync(ResourceBodies.Patch($$$"""{"data":{"{{{key}}}":"1"}}"""), Token);
                Max(ref newest, patched.Snapshot!.Version.Value);
            }
        })));
        await stop.CancelAsync();
        await Task.WhenAll(readers);

        var text = System.Text.Encoding.UTF8.GetString((await one.GetAsync(Token))!.Body);
        Assert.All(
            Enumerable.Range(0, writers).SelectMany(writer => Enumerable.Range(0, rounds).Select(round => $"\"w{writer}-{round}\"")),
            key => Assert.Contains(key, text, StringComparison.Ordinal));
    }

    private static void Max(ref long known, long value)
    {
        for (var seen = Volatile.Read(ref known); seen < value; seen = Volatile.Read(ref known))
        {
            Interlocked.CompareExchange(ref known, value, seen);
        }
    }

    /// <summary>Two objects of one bucket.</summary>
    private static (ResourceReference One, ResourceReference Neighbour) Objects(ResourceCluster cluster)
    {
        var first = new ResourceKey(KnownTypes.ConfigMaps, "default", $"n-{Guid.NewGuid():N}");
        var second = Enumerable.Range(0, int.MaxValue)
            .Select(number => new ResourceKey(first.Type, first.Namespace, string.Create(CultureInfo.InvariantCulture, $"n-{number}")))
            .First(key => ResourceBuckets.Of(key) == ResourceBuckets.Of(first));
        return (cluster.Grains.GetResourceGrain(first), cluster.Grains.GetResourceGrain(second));
    }

    private static BucketReference BucketOf(ResourceCluster cluster, ResourceKey key) =>
        LocalBuckets.Of(cluster.Grains).Find(cluster.Grains, key.Type, ResourceBuckets.Of(key));

    /// <summary>The next commit of <paramref name="key"/> waits.</summary>
    private static (TaskCompletionSource IsHeld, TaskCompletionSource GoOn) Hold(ResourceCluster cluster, ResourceKey key)
    {
        var isHeld = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var goOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var store = (FaultyStore)cluster.ServicesOf(0).GetRequiredService<IResourceStore>();
        store.BeforeCommit = writes => writes.Any(write => write.Key == key) && isHeld.TrySetResult() ? goOn.Task : Task.CompletedTask;
        return (isHeld, goOn);
    }

    private async Task<ResourceCluster> StartAsync() => await ResourceCluster.StartAsync(
        await database.CreateAsync(StoreKind.Sqlite),
        configureCore: static settings => settings.ReadPatience = TimeSpan.FromMinutes(1),
        configureSilo: silo =>
        {
            silo.Services.AddSingleton<TimeProvider>(_time);
            silo.Services.AddSingleton<IResourceStore>(provider =>
                new FaultyStore(ResourceStores.Open(provider.GetRequiredService<IOptions<StoreOptions>>().Value)));
            silo.AddIncomingGrainCallFilter(_grainCalls);
        });

    private sealed class BucketCallCounter : IIncomingGrainCallFilter
    {
        private int _count;

        public int Count => Volatile.Read(ref _count);

        public Task Invoke(IIncomingGrainCallContext context)
        {
            if (context.InterfaceMethod.DeclaringType == typeof(IResourceBucketGrain))
            {
                Interlocked.Increment(ref _count);
            }

            return context.Invoke();
        }
    }

    /// <summary>The system's, in which time can be skipped, and one time limit be over at once.</summary>
    private sealed class ChangeableTime : TimeProvider
    {
        private long _skipped;

        public TimeSpan? IsOver { get; set; }

        public void Skip(TimeSpan time) => Interlocked.Add(ref _skipped, (long)(time.TotalSeconds * TimestampFrequency));

        public override long GetTimestamp() => base.GetTimestamp() + Interlocked.Read(ref _skipped);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, dueTime == IsOver ? TimeSpan.Zero : dueTime, period);
    }
}
