using Crescent.Grains.Resources.Storage;
using Crescent.Grains.Tests.Storage;
using Crescent.Identity;
using Crescent.Resources;
using Crescent.Testing.Resources;
using Crescent.Watching;
using Microsoft.Extensions.DependencyInjection;

namespace Crescent.Grains.Tests.Resources;

public sealed class TwoSiloTests(TestDatabase database)
{
    private readonly SemaphoreSlim _written = new(0);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>
    /// Clients write through the first silo while the second, which hosts about half of the objects, dies. Every acknowledged write is
    /// there afterwards, and a watcher of the first silo has seen each of them, in order, none twice.
    /// </summary>
    [Fact]
    public async Task KillSilo_WhileClientsWrite_LosesNothingAcknowledged()
    {
        await using var cluster = await ResourceCluster.StartAsync(await database.CreateAsync(StoreKind.Postgres), silos: 2);
        var second = cluster.ServicesOf(1).GetRequiredService<IGrainFactory>();
        var cache = cluster.Caches.Get(KnownTypes.ConfigMaps);
        await cache.WaitUntilLoadedAsync(Token);
        using var subscription = cache.Subscribe(cache.Current.Version)!;
        var keys = Enumerable.Range(0, 16).Select(number => new ResourceKey(KnownTypes.ConfigMaps, "default", $"k-{number}")).ToArray();
        foreach (var (key, index) in keys.Select((key, index) => (key, index)))
        {
            // Prefer-local placement: the silo that calls first hosts the object.
            await (index % 2 == 0 ? cluster.Grains : second).GetResourceGrain(key).CreateAsync(ResourceBodies.Create(key));
        }

        // Read all along: who waits until the end is cut off when the recovery takes long.
        var last = new ResourceKey(KnownTypes.ConfigMaps, "default", "last");
        var reading = ReadThroughAsync(subscription, last);
        var acknowledged = keys.Select(_ => new List<ResourceVersion>()).ToArray();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var writers = keys.Select((key, index) => WriteAsync(cluster.Grains.GetResourceGrain(key), acknowledged[index], stop.Token)).ToArray();
        await UntilAsync(() => acknowledged.All(list => list.Count > 5));

        await cluster.Cluster.KillSiloAsync(cluster.Cluster.Silos[1]);

        var counts = acknowledged.Select(list => list.Count).ToArray();
        await UntilAsync(() => acknowledged.Select((list, index) => list.Count > counts[index] + 5).All(isFurther => isFurther));
        await stop.CancelAsync();
        await Task.WhenAll(writers);

        await cluster.Grains.GetResourceGrain(last).CreateAsync(ResourceBodies.Create(last));
        var versions = await reading;
        var view = await cache.GetConsistentAsync(Token);
        Assert.Equal(versions.Distinct().Order(), versions);
        for (var index = 0; index < keys.Length; index++)
        {
            Assert.True(view.TryGet("default", keys[index].Name, out var listed));
            Assert.True(listed.Version >= acknowledged[index].Max());
            Assert.Empty(acknowledged[index].Except(versions));
        }
    }

    private static async Task<ResourceVersion[]> ReadThroughAsync(IResourceSubscription subscription, ResourceKey last)
    {
        var seen = new List<ResourceChange>();
        while (seen.Count == 0 || seen[^1].Current.Key != last)
        {
            seen.AddRange(await subscription.ReadAsync(Token));
        }

        return [.. seen.Select(change => change.Version)];
    }

    private async Task WriteAsync(ResourceReference grain, List<ResourceVersion> acknowledged, CancellationToken stop)
    {
        for (var number = 0; !stop.IsCancellationRequested; number++)
        {
            try
            {
                var result = await grain.PatchAsync(ResourceBodies.SetValue($"{Guid.NewGuid():N}"), CancellationToken.None);
                if (result.IsSuccess)
                {
                    lock (acknowledged)
                    {
                        acknowledged.Add(result.Snapshot!.Version);
                    }

                    _written.Release();
                }
            }
            catch (Exception exception) when (exception is OrleansException or TimeoutException)
            {
                // The silo of this object died with the call: its outcome is unknown and the client tries again.
            }
        }
    }

    private async Task UntilAsync(Func<bool> condition)
    {
        while (!condition())
        {
            await _written.WaitAsync(Token);
        }
    }
}
