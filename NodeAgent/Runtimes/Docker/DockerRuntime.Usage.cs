using Docker.DotNet.Models;

namespace Crescent.NodeAgent.Runtimes.Docker;

internal sealed partial class DockerRuntime
{
    public async Task<RuntimeUsage?> GetUsageAsync(string id, CancellationToken cancellationToken = default)
    {
        ContainerStatsResponse? answer = null;
        await _calls.FindAsync<object>(
            async (engine, token) =>
            {
                await engine.Containers.GetContainerStatsAsync(
                    id, new ContainerStatsParameters { Stream = false, OneShot = true }, new Relay<ContainerStatsResponse>(stats => answer = stats), token);
                return true;
            },
            cancellationToken);
        if (answer is not { } usage || usage.Read == default)
        {
            return null;
        }

        var memory = usage.MemoryStats;
        var total = (long?)memory?.Usage ?? -1;
        return new RuntimeUsage
        {
            Timestamp = _time.GetUtcNow(),
            CpuNanoseconds = (long?)usage.CPUStats?.CPUUsage?.TotalUsage ?? -1,
            MemoryUsageBytes = total,
            MemoryWorkingSetBytes = (long?)memory?.PrivateWorkingSet is > 0 and { } privateSet
                ? privateSet
                : total - Stat(memory, "total_inactive_file", Stat(memory, "inactive_file", 0)),
            MemoryRssBytes = Stat(memory, "total_rss", Stat(memory, "anon", -1)),
            NetworkReceivedBytes = usage.Networks is { Count: > 0 } received ? received.Values.Sum(static network => (long)network.RxBytes) : -1,
            NetworkSentBytes = usage.Networks is { Count: > 0 } sent ? sent.Values.Sum(static network => (long)network.TxBytes) : -1,
            BlockReadBytes = Block(usage, "read"),
            BlockWrittenBytes = Block(usage, "write"),
            ProcessCount = (long?)usage.PidsStats?.Current ?? -1,
        };
    }

    public async Task<long?> GetWritableBytesAsync(string id, CancellationToken cancellationToken = default)
    {
        var container = await _calls.FindAsync(
            (engine, token) => engine.Containers.InspectContainerAsync(id, new ContainerInspectParameters { IncludeSize = true }, token), cancellationToken);
        return container?.SizeRw;
    }

    private static long Stat(MemoryStats? memory, string name, long fallback) =>
        memory?.Stats is { } stats && stats.TryGetValue(name, out var value) ? (long)value : fallback;

    private static long Block(ContainerStatsResponse usage, string operation) =>
        usage.BlkioStats?.IoServiceBytesRecursive?.Where(entry => string.Equals(entry.Op, operation, StringComparison.OrdinalIgnoreCase)).Sum(static entry => (long)entry.Value) ?? 0;
}
