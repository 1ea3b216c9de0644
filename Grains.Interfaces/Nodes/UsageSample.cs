namespace Crescent.Nodes;

/// <summary>Resource usage of a node, pod or container at one moment. Counters grow from the start of the measured thing; -1 is unknown.</summary>
[GenerateSerializer, Immutable, Alias("nodes.UsageSample")]
public sealed class UsageSample
{
    [Id(0)] public required DateTimeOffset Timestamp { get; init; }

    /// <summary>CPU time used since the start, nanoseconds.</summary>
    [Id(1)] public long CpuNanoseconds { get; init; } = -1;

    /// <summary>Average CPU over the last interval in billionths of a core.</summary>
    [Id(2)] public long CpuNanoCores { get; init; } = -1;

    /// <summary>Memory usage without reclaimable page cache, bytes: what eviction and <c>kubectl top</c> look at.</summary>
    [Id(3)] public long MemoryWorkingSetBytes { get; init; } = -1;

    [Id(4)] public long MemoryUsageBytes { get; init; } = -1;
    [Id(5)] public long MemoryRssBytes { get; init; } = -1;
    [Id(6)] public long NetworkReceivedBytes { get; init; } = -1;
    [Id(7)] public long NetworkSentBytes { get; init; } = -1;
    [Id(8)] public long FileSystemUsedBytes { get; init; } = -1;
    [Id(9)] public long FileSystemCapacityBytes { get; init; } = -1;
    [Id(10)] public long BlockReadBytes { get; init; } = -1;
    [Id(11)] public long BlockWrittenBytes { get; init; } = -1;
    [Id(12)] public long ProcessCount { get; init; } = -1;
}
