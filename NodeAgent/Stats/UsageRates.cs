using Crescent.NodeAgent.Runtimes;
using Crescent.Nodes;

namespace Crescent.NodeAgent.Stats;

/// <summary>Turns counters into samples with a rate, from one round to the next.</summary>
internal sealed class UsageRates
{
    private Dictionary<string, (DateTimeOffset At, long Cpu)> _last = new(StringComparer.Ordinal);
    private Dictionary<string, (DateTimeOffset At, long Cpu)> _next = new(StringComparer.Ordinal);

    /// <summary>Ends a round: what was not measured in it is forgotten.</summary>
    public void EndRound() => (_last, _next) = (_next, new(StringComparer.Ordinal));

    /// <summary>Billionths of a core since the last round; -1 without one.</summary>
    public long Rate(string id, DateTimeOffset at, long cpuNanoseconds)
    {
        _next[id] = (at, cpuNanoseconds);
        if (cpuNanoseconds < 0 || !_last.TryGetValue(id, out var last) || last.Cpu < 0 || at <= last.At || cpuNanoseconds < last.Cpu)
        {
            return -1;
        }

        return (long)((cpuNanoseconds - last.Cpu) / (at - last.At).TotalSeconds);
    }

    /// <summary>The counters with their rate, and what the container has written on a file system of <paramref name="capacityBytes"/>.</summary>
    public UsageSample Sample(string id, RuntimeUsage usage, long writtenBytes = -1, long capacityBytes = -1) => new()
    {
        Timestamp = usage.Timestamp,
        CpuNanoseconds = usage.CpuNanoseconds,
        CpuNanoCores = Rate(id, usage.Timestamp, usage.CpuNanoseconds),
        MemoryUsageBytes = usage.MemoryUsageBytes,
        MemoryWorkingSetBytes = usage.MemoryWorkingSetBytes,
        MemoryRssBytes = usage.MemoryRssBytes,
        NetworkReceivedBytes = usage.NetworkReceivedBytes,
        NetworkSentBytes = usage.NetworkSentBytes,
        BlockReadBytes = usage.BlockReadBytes,
        BlockWrittenBytes = usage.BlockWrittenBytes,
        FileSystemUsedBytes = writtenBytes,
        FileSystemCapacityBytes = writtenBytes < 0 ? -1 : capacityBytes,
        ProcessCount = usage.ProcessCount,
    };
}
