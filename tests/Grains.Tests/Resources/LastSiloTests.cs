using Crescent.Grains.Resources;
using Crescent.Grains.Resources.Storage;
using Crescent.Grains.Tests.Storage;
using Crescent.Identity;
using Crescent.Resources;
using Crescent.Testing.Resources;
using Crescent.Watching;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Crescent.Grains.Tests.Resources;

/// <summary>The last silo stops, and with it whom writes that are under way still need.</summary>
public sealed class LastSiloTests(TestDatabase database)
{
    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(120);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Stop_WriteIsCommittedAndItsSequencerIsGone_EndsAtOnceAndKeepsWhatIsStored()
    {
        var options = await database.CreateAsync(StoreKind.Sqlite);
        var key = new ResourceKey(KnownTypes.ConfigMaps, "default", "kept");
        var isCommitted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var goOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (var cluster = await StartAsync(options))
        {
            var silo = cluster.ServicesOf(0);
            ((FaultyStore)silo.GetRequiredService<IResourceStore>()).AfterCommit = _ =>
            {
                isCommitted.TrySetResult();
                return goOn.Task;
            };
            var creating = cluster.Grains.GetResourceGrain(key).CreateAsync(ResourceBodies.Create(key), Token);
            await isCommitted.Task.WaitAsync(Token);

            var stopping = cluster.Cluster.StopSiloAsync(cluster.Cluster.Silos[0]);
            await GoneAsync(silo.GetRequiredService<LocalSequencers>(), key.Type);
            goOn.SetResult();

            await stopping.WaitAsync(Guard, Token);
            Assert.Contains("could not be published", (await creating).Error!.Message, StringComparison.Ordinal);
        }

        await using var next = await StartAsync(options);
        Assert.Equal("1", ResourceBodies.ValueOf((await next.Grains.GetResourceGrain(key).GetAsync(Token))!));
    }

    private static async Task GoneAsync(LocalSequencers sequencers, ResourceType type)
    {
        using var pulse = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (sequencers.Find(type) is not null)
        {
            await pulse.WaitForNextTickAsync(Token);
        }
    }

    private static Task<ResourceCluster> StartAsync(StoreOptions options) => ResourceCluster.StartAsync(
        options,
        configureCore: static settings => settings.WriteTimeout = TimeSpan.FromMinutes(10),
        configureSilo: static silo => silo.Services.AddSingleton<IResourceStore>(static provider =>
            new FaultyStore(ResourceStores.Open(provider.GetRequiredService<IOptions<StoreOptions>>().Value))));
}
