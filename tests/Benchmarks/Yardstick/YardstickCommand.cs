using System.CommandLine;
using System.Globalization;
using System.Text;
using Crescent.Benchmarks.Load;
using Crescent.Grains.Resources.Storage;
using Crescent.Grains.Resources.Storage.Postgres;
using Crescent.Grains.Resources.Storage.Sqlite;
using Crescent.Identity;
using Crescent.Resources;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Crescent.Benchmarks.Yardstick;

/// <summary>
/// What the machine gives: raw etcd, against what it did on the machine that the aims of docs/performance.md are from, and the store alone.
/// </summary>
internal static class YardstickCommand
{
    /// <summary>Puts per second there, by callers.</summary>
    private static readonly Dictionary<int, double> EtcdThere = new() { [1] = 6_000, [16] = 20_000 };

    public static Command Create()
    {
        var etcd = new Option<string?>("--etcd") { Description = "where etcd listens, such as http://127.0.0.1:2379" };
        var store = new Option<StoreKind>("--store") { DefaultValueFactory = _ => StoreKind.Postgres, Description = "sqlite or postgres" };
        var connection = new Option<string?>("--connection") { Description = "an empty database: the store alone is measured on it" };
        var count = new Option<int>("--count") { DefaultValueFactory = _ => 4000, Description = "writes of one caller; more callers make five times as many" };
        var command = new Command("yardstick", "etcd and the store alone, to compare machines") { etcd, store, connection, count };
        command.SetAction((result, cancellationToken) => RunAsync(
            result.GetValue(etcd), result.GetValue(store), result.GetValue(connection), result.GetValue(count), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(string? etcd, StoreKind kind, string? connection, int count, CancellationToken cancellationToken)
    {
        if (etcd is not null)
        {
            using var puts = new EtcdPuts(new(etcd));
            var run = $"{TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds():x}";
            await MeasureAsync("etcd put", count, EtcdThere, (callers, number) => puts.PutAsync($"/registry/configmaps/default/{run}-{callers}-{number:D6}"));
        }

        if (connection is null)
        {
            return 0;
        }

        var options = Options.Create(new StoreOptions { Kind = kind, ConnectionString = connection });
        IResourceStore store = kind == StoreKind.Postgres
            ? new PostgresResourceStore(options, TimeProvider.System, NullLogger<PostgresResourceStore>.Instance)
            : new SqliteResourceStore(options, TimeProvider.System, NullLogger<SqliteResourceStore>.Instance);
        await using var asynchronous = store as IAsyncDisposable;
        using var synchronous = store as IDisposable;
        await store.EnsureSchemaAsync(cancellationToken);
        var block = await store.RaiseEpochAsync(ConfigMaps, blockSize: count * 100, expected: null, cancellationToken);
        var version = block!.Value.First.Value - 1;
        await MeasureAsync($"{kind} row", count, [], (callers, number) =>
            store.CommitAsync([Row(block.Value.Epoch, Interlocked.Increment(ref version))], cancellationToken));
        return 0;
    }

    private static ResourceType ConfigMaps { get; } = ResourceType.Parse("configmaps");

    private static RowWrite Row(long epoch, long version)
    {
        var key = new ResourceKey(ConfigMaps, "default", $"{epoch}-{version}");
        return new(epoch, ResourceVersion.None, new() { Key = key, Uid = Guid.NewGuid().ToString(), Version = new(version), Body = Body }, IsDeletion: false);
    }

    private static byte[] Body { get; } = Encoding.ASCII.GetBytes($$"""{"data":"{{new string('x', 1012)}}"}""");

    private static async Task MeasureAsync(string name, int count, Dictionary<int, double> there, Func<int, int, Task> write)
    {
        await RunAsync(16, count, number => write(0, number));
        foreach (var callers in (int[])[1, 16, 64])
        {
            var all = callers == 1 ? count : 5 * count;
            var (seconds, latencies) = await RunAsync(callers, all, number => write(callers, number));
            var factor = there.TryGetValue(callers, out var known) ? $"  machine's factor {all / seconds / known:F2}" : "";
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{name,-14} {callers,3} callers {all / seconds,9:F0}/s  p50 {latencies.Percentile(50):F2} ms  p99 {latencies.Percentile(99):F2} ms{factor}"));
        }
    }

    private static async Task<(double Seconds, Latencies Latencies)> RunAsync(int callers, int count, Func<int, Task> write)
    {
        var time = TimeProvider.System;
        var latencies = new Latencies(count);
        var next = -1;
        var started = time.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(async () =>
        {
            int number;
            while ((number = Interlocked.Increment(ref next)) < count)
            {
                var begun = time.GetTimestamp();
                await write(number);
                latencies.Add(number, time.GetElapsedTime(begun));
            }
        })));
        return (time.GetElapsedTime(started).TotalSeconds, latencies);
    }
}
