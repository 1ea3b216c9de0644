using System.Buffers.Text;
using System.Text;

namespace Crescent.Benchmarks.Load.Scenarios;

/// <summary>Watchers of one object kind while objects are patched, at a pace or as fast as the server takes it: delivery latency, losses, order.</summary>
internal sealed class WatchScenario : IScenario
{
    /// <summary>The objects <c>w-0</c>, <c>w-1</c> … are patched in turn.</summary>
    public const int Objects = 50;
    private const int Writers = 16;

    public string Name => "watch";

    public string Description => "100 watchers, updates as fast as they go and at 500 per second; 1,000 watchers, updates at 10, 20 and 50 per second";

    public async Task RunAsync(ScenarioContext context, CancellationToken cancellationToken)
    {
        await CreateObjectsAsync(context, cancellationToken);
        await MeasureAsync(context, watchers: 100, updates: Math.Min(context.Count, 2000), perSecond: 0, () => Task.CompletedTask, cancellationToken);
        await MeasureAsync(context, watchers: 100, updates: 4000, perSecond: 500, () => Task.CompletedTask, cancellationToken);
        foreach (var pace in (int[])[10, 20, 50])
        {
            await MeasureAsync(context, watchers: 1000, updates: pace * 8, pace, () => Task.CompletedTask, cancellationToken);
        }

        await DeleteObjectsAsync(context, cancellationToken);
    }

    public static async Task CreateObjectsAsync(ScenarioContext context, CancellationToken cancellationToken)
    {
        for (var i = 0; i < Objects; i++)
        {
            await context.Client.SendAsync(HttpMethod.Post, context.ConfigMaps, ScenarioContext.ConfigMap($"w-{i}"), "application/json", cancellationToken);
        }
    }

    public static async Task DeleteObjectsAsync(ScenarioContext context, CancellationToken cancellationToken)
    {
        for (var i = 0; i < Objects; i++)
        {
            await context.Client.DeleteAsync($"{context.ConfigMaps}/w-{i}", cancellationToken);
        }
    }

    /// <summary>Delivery of updates to watchers that are all open before the first.</summary>
    /// <param name="context">Client and report.</param>
    /// <param name="watchers">Watches of the same objects.</param>
    /// <param name="updates">Updates in all.</param>
    /// <param name="perSecond">Their pace; 0: as fast as the server takes them.</param>
    /// <param name="opened">Called when all watches are open.</param>
    /// <param name="cancellationToken">Breaks off.</param>
    public static async Task MeasureAsync(
        ScenarioContext context, int watchers, int updates, int perSecond, Func<Task> opened, CancellationToken cancellationToken)
    {
        var client = context.Client;
        var from = ApiClient.VersionOf(await client.GetAsync($"{context.ConfigMaps}?limit=1", cancellationToken));
        var arrivals = new Arrivals(context.Time, watchers, updates);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var waiting = watchers;
        var readers = Enumerable.Range(0, watchers).Select(watcher => Task.Run(async () =>
        {
            var reader = arrivals.Of(watcher);
            try
            {
                await client.WatchAsync($"{context.ConfigMaps}?watch=true&resourceVersion={from}", Begin, reader.Take, stop.Token);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                // The measurement is over.
            }
        })).ToArray();
        await begun.Task.WaitAsync(cancellationToken);
        await opened();

        var before = context.Servers.Read();
        var started = context.Time.GetTimestamp();
        if (perSecond == 0)
        {
            await Parallel.ForAsync(0, updates, new ParallelOptions { MaxDegreeOfParallelism = Writers, CancellationToken = cancellationToken }, async (i, token) =>
                await UpdateAsync(context, arrivals, i, token));
        }
        else
        {
            using var ticks = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / perSecond), context.Time);
            var sending = new List<Task>(updates);
            while (sending.Count < updates && await ticks.WaitForNextTickAsync(cancellationToken))
            {
                for (var due = context.Time.GetElapsedTime(started).TotalSeconds * perSecond; sending.Count < Math.Min(due, updates);)
                {
                    sending.Add(UpdateAsync(context, arrivals, sending.Count, cancellationToken));
                }
            }

            await Task.WhenAll(sending);
        }

        await Task.WhenAny(arrivals.All, Task.Delay(TimeSpan.FromSeconds(30), context.Time, cancellationToken));
        var elapsed = context.Time.GetElapsedTime(started);
        var after = context.Servers.Read();
        await stop.CancelAsync();
        await Task.WhenAll(readers);
        context.Report.Add(new Measurement(perSecond == 0 ? "watch delivery" : $"watch delivery, {perSecond} updates/s", watchers)
        {
            Count = (int)arrivals.Received, Seconds = elapsed.TotalSeconds, PerSecond = arrivals.Received / elapsed.TotalSeconds,
            P50 = arrivals.Latencies.Percentile(50), P90 = arrivals.Latencies.Percentile(90), P99 = arrivals.Latencies.Percentile(99),
            ServerCpuMicrosecondsEach = (after.Cpu - before.Cpu).TotalMicroseconds / Math.Max(1, arrivals.Received), ServerMegabytes = after.Megabytes,
            Remark = $"lost {arrivals.Expected - arrivals.Received}, doubled {arrivals.Doubled}, out of order {arrivals.Disordered}",
        });

        void Begin()
        {
            if (Interlocked.Decrement(ref waiting) == 0)
            {
                begun.TrySetResult();
            }
        }
    }

    private static async Task UpdateAsync(ScenarioContext context, Arrivals arrivals, int number, CancellationToken cancellationToken)
    {
        arrivals.Sent(number);
        await context.Client.SendAsync(
            HttpMethod.Patch, $"{context.ConfigMaps}/w-{number % Objects}", Encoding.UTF8.GetBytes($$"""{"data":{"run":"{{arrivals.Run}}","marker":"{{number}}"} }"""),
            "application/merge-patch+json", cancellationToken);
    }

    /// <summary>Which watcher has seen which update, and when.</summary>
    private sealed class Arrivals(TimeProvider time, int watchers, int updates)
    {
        private readonly long[] _sent = new long[updates];
        private readonly TaskCompletionSource _all = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private long _received;
        private long _doubled;
        private long _disordered;

        /// <summary>Tells this measurement's updates from the last one's: an update that changes nothing is no event.</summary>
        public string Run { get; } = Guid.NewGuid().ToString("N");

        public Latencies Latencies { get; } = new(watchers * updates);

        public long Expected => (long)watchers * updates;

        public long Received => Volatile.Read(ref _received);

        public long Doubled => Volatile.Read(ref _doubled);

        public long Disordered => Volatile.Read(ref _disordered);

        public Task All => _all.Task;

        public void Sent(int number) => Volatile.Write(ref _sent[number], time.GetTimestamp());

        public Watcher Of(int watcher) => new(this, watcher);

        /// <summary>One watcher's view; used by one thread at a time.</summary>
        public sealed class Watcher(Arrivals all, int watcher)
        {
            private readonly bool[] _seen = new bool[all._sent.Length];
            private long _last;

            public void Take(ReadOnlySpan<byte> line)
            {
                if (!TryNumber(line, "\"marker\":\""u8, out var number) || !TryNumber(line, "\"resourceVersion\":\""u8, out var version))
                {
                    return;
                }

                var now = all.Time();
                if (_seen[number])
                {
                    Interlocked.Increment(ref all._doubled);
                    return;
                }

                if (version <= _last)
                {
                    Interlocked.Increment(ref all._disordered);
                }

                (_seen[number], _last) = (true, version);
                all.Arrived(watcher, (int)number, now);
            }

            private static bool TryNumber(ReadOnlySpan<byte> line, ReadOnlySpan<byte> before, out long number)
            {
                number = 0;
                var at = line.IndexOf(before);
                return at >= 0 && Utf8Parser.TryParse(line[(at + before.Length)..], out number, out _);
            }
        }

        private long Time() => time.GetTimestamp();

        private void Arrived(int watcher, int number, long now)
        {
            Latencies.Add((watcher * _sent.Length) + number, time.GetElapsedTime(Volatile.Read(ref _sent[number]), now));
            if (Interlocked.Increment(ref _received) == Expected)
            {
                _all.TrySetResult();
            }
        }
    }
}
