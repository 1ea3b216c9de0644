namespace Crescent.NodeAgent.Runtimes;

/// <summary>Counters of one container; -1 is unknown.</summary>
internal sealed record RuntimeUsage
{
    public required DateTimeOffset Timestamp { get; init; }
    public long CpuNanoseconds { get; init; } = -1;
    public long MemoryUsageBytes { get; init; } = -1;
    public long MemoryWorkingSetBytes { get; init; } = -1;
    public long MemoryRssBytes { get; init; } = -1;
    public long NetworkReceivedBytes { get; init; } = -1;
    public long NetworkSentBytes { get; init; } = -1;
    public long BlockReadBytes { get; init; } = -1;
    public long BlockWrittenBytes { get; init; } = -1;
    public long ProcessCount { get; init; } = -1;
}
