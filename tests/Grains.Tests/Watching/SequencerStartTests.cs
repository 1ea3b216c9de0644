using Crescent.Grains.Resources.Storage;
using Crescent.Grains.Tests.Storage;
using Crescent.Identity;
using Crescent.Testing.Resources;
using Crescent.Watching;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Hosting;

namespace Crescent.Grains.Tests.Watching;

public sealed class SequencerStartTests(TestDatabase database)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>
    /// What the other one has committed lies above this one's frontier: shown now, readers would see it again where it belongs.
    /// </summary>
    [Fact]
    public async Task Start_AnotherSequencerCommitsMeanwhile_ShowsNothingAboveTheFrontier()
    {
        OvertakenStore? store = null;
        await using var cluster = await ResourceCluster.StartAsync(
            await database.CreateAsync(StoreKind.Sqlite),
            configureSilo: silo => silo.Services.AddSingleton<IResourceStore>(provider =>
                store = new(ResourceStores.Open(provider.GetRequiredService<IOptions<StoreOptions>>().Value))));
        var sequencer = cluster.Grains.GetGrain<IResourceTypeGrain>(OvertakenStore.Key.Type.ToString());

        EventPage? page = null;
        while (page is null)
        {
            try
            {
                page = await sequencer.ReadAsync(ResourceVersion.None, TimeSpan.Zero, Token);
            }
            catch (Exception exception) when (exception is not OperationCanceledException && store!.Starts < 3)
            {
                // The one that was overtaken does not start.
            }
        }

        var change = Assert.Single(page.Events);
        Assert.Equal(OvertakenStore.Key, change.Snapshot.Key);
        Assert.True(change.Version <= page.Through, $"{change.Version} is shown at {page.Through}");
    }

    /// <summary>At the first start of the sequencer another one raises the epoch and commits, before the rows are read.</summary>
    private sealed class OvertakenStore(IResourceStore inner) : ResourceStoreDecorator(inner)
    {
        public static readonly ResourceKey Key = new(new("", "overtaken"), "n", "a");

        public int Starts { get; private set; }

        public override async Task<IReadOnlyList<StoredChange>> ReadNewestChangesAsync(
            ResourceType type, ResourceVersion after, int limit, CancellationToken cancellationToken)
        {
            if (type == Key.Type && ++Starts == 1)
            {
                var block = (await Inner.RaiseEpochAsync(type, 100, null, cancellationToken))!.Value;
                Assert.Equal([WriteOutcome.Committed], await Inner.CommitAsync(
                    [new(block.Epoch, ResourceVersion.None, new() { Key = Key, Uid = "u", Version = block.First, Body = "{}"u8.ToArray() }, IsDeletion: false)],
                    cancellationToken));
            }

            return await Inner.ReadNewestChangesAsync(type, after, limit, cancellationToken);
        }
    }
}
