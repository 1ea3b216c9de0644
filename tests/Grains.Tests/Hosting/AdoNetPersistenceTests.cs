using Crescent.Grains.Hosting;
using Crescent.Grains.Resources.Storage;
using Crescent.Grains.Tests.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace Crescent.Grains.Tests.Hosting;

public abstract class AdoNetPersistenceTests(StoreKind kind, TestDatabase database)
{
    private static int _ports = 21_300;

    [Fact]
    public async Task EnsureSchema_ManyAtOnce_Succeeds()
    {
        var store = await database.CreateAsync(kind);

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => AdoNetSchema.EnsureAsync(store, TestContext.Current.CancellationToken)));
        await AdoNetSchema.EnsureAsync(store, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Silo_Restarted_FindsStateAndReminders()
    {
        var store = await database.CreateAsync(kind);
        using (var host = await StartAsync(store, "one"))
        {
            var grain = host.Services.GetRequiredService<IGrainFactory>().GetGrain<IKeeperGrain>("a");
            await grain.KeepAsync("first");
            await grain.KeepAsync("second");
            await grain.RemindAsync();
            await host.StopAsync(TestContext.Current.CancellationToken);
        }

        using (var host = await StartAsync(store, "one"))
        {
            var grain = host.Services.GetRequiredService<IGrainFactory>().GetGrain<IKeeperGrain>("a");
            Assert.Equal("second", await grain.GetAsync());
            Assert.True(await grain.ForgetReminderAsync());
            Assert.False(await grain.ForgetReminderAsync());
            await grain.ForgetAsync();
            Assert.Null(await grain.GetAsync());
            await grain.KeepAsync("third");
            await host.StopAsync(TestContext.Current.CancellationToken);
        }

        using (var host = await StartAsync(store, "one"))
        {
            Assert.Equal("third", await host.Services.GetRequiredService<IGrainFactory>().GetGrain<IKeeperGrain>("a").GetAsync());
            await host.StopAsync(TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task Membership_SecondSilo_JoinsAndLeaves()
    {
        var store = await database.CreateAsync(kind);
        using var first = await StartAsync(store, "one");
        using var second = await StartAsync(store, "two");

        var management = first.Services.GetRequiredService<IGrainFactory>().GetGrain<IManagementGrain>(0);
        Assert.Equal(2, (await management.GetHosts(onlyActive: true)).Count);

        await second.StopAsync(TestContext.Current.CancellationToken);
        Assert.Single(await management.GetHosts(onlyActive: true));
        await first.StopAsync(TestContext.Current.CancellationToken);
    }

    private static async Task<IHost> StartAsync(StoreOptions store, string name)
    {
        var port = Interlocked.Add(ref _ports, 2);
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Error);
        builder.UseOrleans(silo => silo.UseCrescentPersistence(store).ConfigureEndpoints(System.Net.IPAddress.Loopback, port, port + 1)
            .Configure<Orleans.Configuration.SiloOptions>(options => options.SiloName = name));
        var host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        return host;
    }
}

public sealed class SqliteAdoNetPersistenceTests(TestDatabase database) : AdoNetPersistenceTests(StoreKind.Sqlite, database);

public sealed class PostgresAdoNetPersistenceTests(TestDatabase database) : AdoNetPersistenceTests(StoreKind.Postgres, database);
