using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Crescent.Grains.Mutation;
using Crescent.Grains.Resources;
using Crescent.Grains.Resources.Storage;
using Crescent.Identity;
using Crescent.Resources;
using Crescent.Testing.Databases;
using Crescent.Testing.Resources;
using Crescent.Watching;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Hosting;

namespace Crescent.Benchmarks.Core;

/// <summary>
/// Measures the resource core without HTTP: grain → pipeline → reserve → commit → publish, on a real database, with one cache following.
/// </summary>
internal static class CoreCommand
{
    private static readonly string Filling = new('x', 800);

    public static Command Create()
    {
        var store = new Option<string>("--store") { DefaultValueFactory = _ => "sqlite", Description = "sqlite or postgres" };
        var count = new Option<int>("--count") { DefaultValueFactory = _ => 5000, Description = "objects per measurement" };
        var command = new Command("core", "the resource core alone: creates, patches, gets and deletes of 1 KB objects") { store, count };
        command.SetAction((result, _) => RunAsync(result.GetValue(store)!, result.GetValue(count)));
        return command;
    }

    private static async Task<int> RunAsync(string store, int count)
    {
        await using var server = store == "postgres" ? await PostgresServer.StartAsync() : null;
        var directory = Directory.CreateTempSubdirectory("crescent-bench-").FullName;
        var connectionString = server is null ? $"Data Source={Path.Combine(directory, "core.db")}" : await server.CreateDatabaseAsync();
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.UseOrleans(silo =>
        {
            silo.UseLocalhostClustering(21_411, 21_430);
            silo.AddResourceCore(options =>
            {
                options.Kind = server is null ? StoreKind.Sqlite : StoreKind.Postgres;
                options.ConnectionString = connectionString;
            });
            silo.Services.AddSingleton<IMutationPipeline, PlainMutationPipeline>();
        });
        using var host = builder.Build();
        await host.StartAsync();
        var grains = host.Services.GetRequiredService<IGrainFactory>();
        var cache = host.Services.GetRequiredService<IResourceCaches>().Get(KnownTypes.ConfigMaps);
        await cache.WaitUntilLoadedAsync();
        await MeasureAsync("warm-up", 64, count, number => CreateAsync(grains, "warm", number));
        foreach (var callers in (int[])[1, 16, 64])
        {
            var ns = $"c{callers}";
            var share = callers == 1 ? count / 5 : count;
            await MeasureAsync("create", callers, share, number => CreateAsync(grains, ns, number));
            await MeasureAsync("patch", callers, share, number => Grain(grains, ns, number).PatchAsync(ResourceBodies.SetValue($"p{number}")));
            await MeasureAsync("get", callers, share, number => Grain(grains, ns, number).GetAsync());
            await MeasureAsync("delete", callers, share, number => Grain(grains, ns, number).DeleteAsync(ResourceBodies.Delete()));
        }

        var view = await cache.GetConsistentAsync();
        Console.WriteLine($"objects in the cache {view.Count}, managed heap {GC.GetTotalMemory(forceFullCollection: true) / 1024 / 1024} MB");
        await host.StopAsync();
        Directory.Delete(directory, recursive: true);
        return 0;
    }

    private static ResourceKey Key(string ns, int number) => new(KnownTypes.ConfigMaps, ns, $"o-{number}");

    private static ResourceReference Grain(IGrainFactory grains, string ns, int number) => grains.GetResourceGrain(Key(ns, number));

    private static Task CreateAsync(IGrainFactory grains, string ns, int number) =>
        Grain(grains, ns, number).CreateAsync(ResourceBodies.Create(Key(ns, number), Filling));

    private static async Task MeasureAsync(string name, int callers, int count, Func<int, Task> run)
    {
        var next = -1;
        var latencies = new double[count];
        var watch = Stopwatch.StartNew();
        var cpu = Environment.CpuUsage.TotalTime;
        await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(async () =>
        {
            for (var number = Interlocked.Increment(ref next); number < count; number = Interlocked.Increment(ref next))
            {
                var started = Stopwatch.GetTimestamp();
                await run(number);
                latencies[number] = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
            }
        })));
        var seconds = watch.Elapsed.TotalSeconds;
        var used = (Environment.CpuUsage.TotalTime - cpu).TotalMicroseconds / count;
        Array.Sort(latencies);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{name,-8} {callers,3} callers {count / seconds,9:F0}/s  p50 {latencies[count / 2],7:F2} ms  p99 {latencies[count * 99 / 100],7:F2} ms  cpu {used,5:F0} µs"));
    }
}
