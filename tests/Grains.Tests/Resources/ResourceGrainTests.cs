using System.Text;
using Crescent.Identity;
using Crescent.Resources;
using Crescent.Testing.Resources;
using Crescent.Watching;

namespace Crescent.Grains.Tests.Resources;

public abstract class ResourceGrainTests(OneSiloFixture fixture)
{
    private readonly ResourceCluster _cluster = fixture.Cluster;

    [Fact]
    public async Task Create_NewObject_IsStoredWithItsVersionInside()
    {
        var (key, grain) = NewObject();

        var created = await grain.CreateAsync(ResourceBodies.Create(key));

        Assert.Equal(MutationOutcome.Created, created.Outcome);
        Assert.Equal(created.Snapshot!.Version.ToString(), ResourceBodies.VersionIn(created.Snapshot));
        Assert.Equal(created.Snapshot.Body, (await grain.GetAsync())!.Body);
    }

    [Fact]
    public async Task Create_ExistingObject_AnswersAlreadyExists()
    {
        var (key, grain) = NewObject();
        await grain.CreateAsync(ResourceBodies.Create(key));

        var second = await grain.CreateAsync(ResourceBodies.Create(key));

        Assert.Equal("AlreadyExists", second.Error!.Reason);
    }

    [Fact]
    public async Task Create_DryRun_StoresNothing()
    {
        var (key, grain) = NewObject();
        var context = new MutationContext { User = "test", IsDryRun = true };

        var answer = await grain.CreateAsync(new() { Context = context, Body = ResourceBodies.Of(key) });

        Assert.Equal(MutationOutcome.Created, answer.Outcome);
        Assert.DoesNotContain("resourceVersion", Encoding.UTF8.GetString(answer.Snapshot!.Body), StringComparison.Ordinal);
        Assert.Null(await grain.GetAsync());
    }

    [Fact]
    public async Task Get_AfterReactivation_ReadsTheRow()
    {
        var (key, grain) = NewObject();
        var created = await grain.CreateAsync(ResourceBodies.Create(key, extraMetadata: ""","labels":{"app":"web"}"""));

        await _cluster.Cluster.DeactivateAsync(grain.Bucket);

        var read = await grain.GetAsync();
        Assert.Equal(created.Snapshot!.Body, read!.Body);
        Assert.Equal("web", read.Labels["app"]);
        Assert.Equal(created.Snapshot.Uid, read.Uid);
    }

    [Fact]
    public async Task Patch_ManyAtOnce_AllTakeEffectOneAfterTheOther()
    {
        var (key, grain) = NewObject();
        await grain.CreateAsync(ResourceBodies.Create(key));

        var results = await Task.WhenAll(Enumerable.Range(0, 50).Select(number =>
            grain.PatchAsync(ResourceBodies.Patch($$$"""{"data":{"k{{{number}}}":"v"}}"""))));

        Assert.Equal(50, results.Select(result => result.Snapshot!.Version).Distinct().Count());
        var last = await grain.GetAsync();
        Assert.Equal(results.Max(result => result.Snapshot!.Version.Value), last!.Version.Value);
        Assert.Contains("\"k0\":\"v\"", System.Text.Encoding.UTF8.GetString(last.Body), StringComparison.Ordinal);
        Assert.Contains("\"k49\":\"v\"", System.Text.Encoding.UTF8.GetString(last.Body), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Patch_WithoutChange_KeepsTheVersion()
    {
        var (key, grain) = NewObject();
        var created = await grain.CreateAsync(ResourceBodies.Create(key));

        var same = await grain.PatchAsync(ResourceBodies.SetValue("1"));

        Assert.Equal(MutationOutcome.Unchanged, same.Outcome);
        Assert.Equal(created.Snapshot!.Version, same.Snapshot!.Version);
    }

    [Fact]
    public async Task Delete_ObjectWithFinalizer_StaysUntilTheFinalizerIsRemoved()
    {
        var (key, grain) = NewObject();
        await grain.CreateAsync(ResourceBodies.Create(key, extraMetadata: ""","finalizers":["test/wait"]"""));

        var deleting = await grain.DeleteAsync(ResourceBodies.Delete());
        Assert.Equal(MutationOutcome.Deleting, deleting.Outcome);
        Assert.NotNull((await grain.GetAsync())!.DeletionTimestamp);

        var gone = await grain.PatchAsync(ResourceBodies.Patch("""{"metadata":{"finalizers":null}}"""));
        Assert.Equal(MutationOutcome.Deleted, gone.Outcome);
        Assert.Null(await grain.GetAsync());
        await _cluster.Cluster.DeactivateAsync(grain.Bucket);
        Assert.Null(await grain.GetAsync());
    }

    [Fact]
    public async Task GetConsistent_AfterEveryAcknowledgedWrite_ShowsIt()
    {
        var cache = _cluster.Caches.Get(KnownTypes.ConfigMaps);
        var (key, grain) = NewObject();
        await grain.CreateAsync(ResourceBodies.Create(key));
        for (var number = 0; number < 20; number++)
        {
            await grain.PatchAsync(ResourceBodies.SetValue($"v{number}"));

            var view = await cache.GetConsistentAsync();

            Assert.True(view.TryGet(key.Namespace, key.Name, out var listed));
            Assert.Equal($"v{number}", ResourceBodies.ValueOf(listed));
        }

        await grain.DeleteAsync(ResourceBodies.Delete());
        Assert.False((await cache.GetConsistentAsync()).TryGet(key.Namespace, key.Name, out _));
    }

    [Fact]
    public async Task Subscribe_WhileObjectsChange_SeesEveryVersionInOrder()
    {
        var cache = _cluster.Caches.Get(KnownTypes.ConfigMaps);
        await cache.WaitUntilLoadedAsync();
        using var subscription = cache.Subscribe((await cache.GetConsistentAsync()).Version)!;
        var objects = Enumerable.Range(0, 20).Select(_ => NewObject()).ToArray();

        var written = (await Task.WhenAll(objects.Select(async created =>
        {
            var results = new List<MutationResult> { await created.Grain.CreateAsync(ResourceBodies.Create(created.Key)) };
            for (var number = 0; number < 5; number++)
            {
                results.Add(await created.Grain.PatchAsync(ResourceBodies.SetValue($"v{number}")));
            }

            results.Add(await created.Grain.DeleteAsync(ResourceBodies.Delete()));
            return results;
        }))).SelectMany(results => results).Select(result => result.Snapshot!.Version).Order().ToArray();

        var seen = new List<ResourceChange>();
        while (seen.Count < written.Length)
        {
            seen.AddRange(await subscription.ReadAsync(TestContext.Current.CancellationToken));
        }

        Assert.Equal(written, seen.Select(change => change.Version));
        Assert.Equal(20, seen.Count(change => change.Kind == ResourceEventKind.Added));
        Assert.Equal(20, seen.Count(change => change.Kind == ResourceEventKind.Deleted));
    }

    private (ResourceKey Key, ResourceReference Grain) NewObject()
    {
        var key = new ResourceKey(KnownTypes.ConfigMaps, "default", $"c-{Guid.NewGuid():N}");
        return (key, _cluster.Grains.GetResourceGrain(key));
    }
}

public sealed class SqliteResourceGrainTests(SqliteSiloFixture fixture) : ResourceGrainTests(fixture), IClassFixture<SqliteSiloFixture>;

public sealed class PostgresResourceGrainTests(PostgresSiloFixture fixture) : ResourceGrainTests(fixture), IClassFixture<PostgresSiloFixture>;
