using System.Collections.Concurrent;
using System.Collections.Immutable;
using Crescent.Chaos.Checking;
using Crescent.Chaos.Workload;
using Crescent.Grains.Resources.Storage;
using Crescent.Identity;
using Crescent.Resources;
using Crescent.Testing.Databases;
using Crescent.Testing.Resources;
using Crescent.Watching;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Hosting;

namespace Crescent.Chaos.Tests.Mutants;

/// <summary>
/// The real core with one safeguard taken out, under the same work and disturbance as the whole one: the checker must tell them apart.
/// </summary>
public sealed class MutantTests : IDisposable
{
    private const int Operations = 250;

    /// <summary>What may not happen even when two clusters that know nothing of each other use one database.</summary>
    private static readonly ViolationKind[] Overwriting =
        [ViolationKind.LostUpdate, ViolationKind.StaleWrite, ViolationKind.PhantomWrite, ViolationKind.RepeatedWrite, ViolationKind.AmbiguousVersion];

    private readonly string _directory = Directory.CreateTempSubdirectory("crescent-mutants-").FullName;
    private int _commits;

    [Fact]
    public async Task Core_Whole_IsRight()
    {
        await using var cluster = await StartAsync(Sqlite(), Honest);

        Assert.Empty(await RunAsync([cluster]));
    }

    /// <summary>Buckets that are given up while calls of them are under way, and taken up again where they are called next.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Core_BucketsComeAndGo_IsRight(short silos)
    {
        await using var server = silos > 1 ? await PostgresServer.StartAsync() : null;
        ResourceCluster? running = null;
        var going = new ConcurrentBag<Task>();
        await using var cluster = await StartAsync(
            server is null ? Sqlite() : await PostgresAsync(server),
            (store, writes) =>
            {
                if (running is not null && Interlocked.Increment(ref _commits) % 5 == 0)
                {
                    var key = writes[0].Key;
                    going.Add(running.Cluster.DeactivateAsync(running.Grains.GetResourceGrain(key).Bucket));
                }

                return Honest(store, writes);
            },
            silos);
        running = cluster;

        Assert.Empty(await RunAsync([cluster]));
        await Task.WhenAll(going);
        Assert.NotEmpty(going);
    }

    [Fact]
    public async Task Core_WithoutCompareAndSwap_IsCaught()
    {
        await using var server = await PostgresServer.StartAsync();

        Assert.Empty((await RunTwinsAsync(server, Honest)).Intersect(Overwriting));
        Assert.NotEmpty((await RunTwinsAsync(server, OverwriteAsync)).Intersect(Overwriting));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Core_SlowCommits_AreCaughtWithoutEpochCheck(bool isMutant)
    {
        await using var cluster = await StartAsync(Sqlite(), async (store, writes) =>
        {
            if (Interlocked.Increment(ref _commits) % 60 == 0)
            {
                // Until the sequencer has given the versions up: the epoch has moved.
                var epoch = writes[0].Epoch;
                while (await store.ReadEpochAsync(writes[0].Key.Type, CancellationToken.None) == epoch)
                {
                    await Task.Delay(10);
                }
            }

            return isMutant ? await ForgeEpochAsync(store, writes) : await store.CommitAsync(writes, CancellationToken.None);
        });

        Judge(isMutant, await RunAsync([cluster]));
    }

    [Fact]
    public async Task Core_AcknowledgesBeforeTheCommit_IsCaught()
    {
        await using var cluster = await StartAsync(Sqlite(), async (store, writes) =>
            Interlocked.Increment(ref _commits) % 40 == 0
                ? [.. writes.Select(_ => WriteOutcome.Committed)]
                : await store.CommitAsync(writes, CancellationToken.None));

        Judge(isMutant: true, await RunAsync([cluster]));
    }

    [Fact]
    public async Task Core_DropsAPublication_IsCaught()
    {
        // Two silos: within one the writer reaches the sequencer without a call.
        await using var server = await PostgresServer.StartAsync();
        await using var cluster = await StartAsync(await PostgresAsync(server), Honest, silos: 2, call: async context =>
        {
            if (context.Request.GetArgumentCount() > 0 && context.Request.GetArgument(0) is Publication { Events.Length: > 0 } publication
                && Interlocked.Increment(ref _commits) % 40 == 0)
            {
                context.Request.SetArgument(0, new Publication
                {
                    Epoch = publication.Epoch, Abandoned = [.. publication.Abandoned, .. publication.Events.Select(change => change.Version)],
                });
            }

            await context.Invoke();
        });

        Judge(isMutant: true, await RunAsync([cluster]));
    }

    [Fact]
    public async Task Core_PublishesOutOfOrder_IsCaught()
    {
        var turned = 0;
        await using var server = await PostgresServer.StartAsync();
        await using var cluster = await StartAsync(await PostgresAsync(server), Honest, silos: 2, call: async context =>
        {
            if (context.MethodName == nameof(IResourceTypeGrain.ReadAsync))
            {
                // So that something gathers, and pages hold more than one event.
                await Task.Delay(TimeSpan.FromMilliseconds(20), TestContext.Current.CancellationToken);
            }

            await context.Invoke();
            if (context.Result is EventPage { Events.Length: > 1 } page)
            {
                turned++;
                context.Result = new EventPage { Events = [.. page.Events.Reverse()], Through = page.Through };
            }
        });

        var found = await RunAsync([cluster]);
        Assert.NotEqual(0, turned);
        Judge(isMutant: true, found);
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private static void Judge(bool isMutant, IReadOnlyList<ViolationKind> found)
    {
        if (isMutant)
        {
            Assert.NotEmpty(found);
        }
        else
        {
            Assert.Empty(found);
        }
    }

    private static Task<WriteOutcome[]> Honest(IResourceStore store, IReadOnlyList<RowWrite> writes) =>
        store.CommitAsync(writes, CancellationToken.None);

    /// <summary>Expects whatever is there.</summary>
    private static async Task<WriteOutcome[]> OverwriteAsync(IResourceStore store, IReadOnlyList<RowWrite> writes)
    {
        var blind = new List<RowWrite>();
        foreach (var write in writes)
        {
            var row = await store.LoadAsync(write.Key, CancellationToken.None);
            blind.Add(write with { Expected = row?.Version ?? ResourceVersion.None });
        }

        return await store.CommitAsync(blind, CancellationToken.None);
    }

    private static async Task<WriteOutcome[]> ForgeEpochAsync(IResourceStore store, IReadOnlyList<RowWrite> writes)
    {
        var epoch = await store.ReadEpochAsync(writes[0].Key.Type, CancellationToken.None);
        return await store.CommitAsync([.. writes.Select(write => write with { Epoch = epoch })], CancellationToken.None);
    }

    private static async Task<IReadOnlyList<ViolationKind>> RunAsync(ResourceCluster[] clusters, CheckOptions? options = null)
    {
        GrainObjectApi[] servers =
        [
            .. clusters.SelectMany(cluster => Enumerable.Range(0, cluster.Cluster.Silos.Count).Select(silo => new GrainObjectApi(cluster.ServicesOf(silo)))),
        ];
        var run = new WorkloadRun(
            () => servers,
            new()
            {
                Clients = 8, Watchers = 3, Names = 4, MaxPause = TimeSpan.Zero, MaxWatch = TimeSpan.FromSeconds(1),
                OperationsPerClient = Operations, StrayPercent = 50,
            },
            TimeProvider.System, seed: 7);
        await run.Clients;
        var report = HistoryChecker.Check(await run.FinishAsync(static _ => Task.CompletedTask, TestContext.Current.CancellationToken), options);
        foreach (var violation in report.Violations.Take(10))
        {
            TestContext.Current.TestOutputHelper?.WriteLine(violation.ToString());
        }

        return [.. report.Violations.Select(violation => violation.Kind).Distinct()];
    }

    private async Task<IReadOnlyList<ViolationKind>> RunTwinsAsync(PostgresServer server, CommitHand hand)
    {
        var options = await PostgresAsync(server);
        await using var first = await StartAsync(options, hand);
        await using var second = await StartAsync(options, hand);
        return await RunAsync([first, second], new(AllowsCoalescing: true));
    }

    private static async Task<StoreOptions> PostgresAsync(PostgresServer server) =>
        new() { Kind = StoreKind.Postgres, ConnectionString = await server.CreateDatabaseAsync() };

    private StoreOptions Sqlite() => new()
    {
        Kind = StoreKind.Sqlite, ConnectionString = $"Data Source={Path.Combine(_directory, $"{Guid.NewGuid():N}.db")}",
    };

    private static Task<ResourceCluster> StartAsync(
        StoreOptions options, CommitHand hand, short silos = 1, Func<IIncomingGrainCallContext, Task>? call = null) =>
        ResourceCluster.StartAsync(
            options,
            silos,
            configureCore: core => core.SettleAfter = TimeSpan.FromMilliseconds(200),
            configureSilo: silo =>
            {
                silo.Services.AddSingleton<IResourceStore>(provider =>
                    new MutantStore(ResourceStores.Open(provider.GetRequiredService<IOptions<StoreOptions>>().Value), hand));
                if (call is not null)
                {
                    silo.AddIncomingGrainCallFilter(new CallHand(call));
                }
            });
}
