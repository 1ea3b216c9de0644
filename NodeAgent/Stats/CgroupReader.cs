using System.Globalization;
using Crescent.NodeAgent.Runtimes;

namespace Crescent.NodeAgent.Stats;

/// <summary>
/// Usage of a process' control groups, versions 1 and 2, out of the kernel's files: no call to the engine and no process is needed. See
/// <see href="https://docs.kernel.org/admin-guide/cgroup-v2.html">Control Group v2</see>.
/// </summary>
internal sealed class CgroupReader(TimeProvider time, string procRoot = "/proc", string cgroupRoot = "/sys/fs/cgroup")
{
    /// <summary>Null when the process is gone or its groups cannot be read.</summary>
    /// <param name="processId">Main process of the container.</param>
    /// <param name="networkProcessId">A process in the network namespace to measure; 0 for none.</param>
    public RuntimeUsage? Read(long processId, long networkProcessId)
    {
        try
        {
            var groups = File.ReadAllLines(Path.Combine(procRoot, Text(processId), "cgroup"));
            var usage = ReadVersion1(groups) ?? ReadVersion2(groups);
            if (usage is null || networkProcessId <= 0)
            {
                return usage;
            }

            var (received, sent) = ReadNetwork(networkProcessId);
            return usage with { NetworkReceivedBytes = received, NetworkSentBytes = sent };
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            // The container ended while it was measured.
            return null;
        }
    }

    private RuntimeUsage? ReadVersion1(string[] groups)
    {
        if (Controller(groups, "memory") is not { } memory || Controller(groups, "cpuacct") is not { } cpu)
        {
            return null;
        }

        var stat = ReadStat(Path.Combine(memory, "memory.stat"));
        var total = ReadNumber(Path.Combine(memory, "memory.usage_in_bytes"));
        var block = Controller(groups, "blkio") is { } blkio ? ReadBlock1(Path.Combine(blkio, "blkio.throttle.io_service_bytes_recursive")) : (-1, -1);
        return new RuntimeUsage
        {
            Timestamp = time.GetUtcNow(),
            CpuNanoseconds = ReadNumber(Path.Combine(cpu, "cpuacct.usage")),
            MemoryUsageBytes = total,
            MemoryWorkingSetBytes = Math.Max(0, total - stat.GetValueOrDefault("total_inactive_file")),
            MemoryRssBytes = stat.GetValueOrDefault("total_rss", -1),
            BlockReadBytes = block.Item1,
            BlockWrittenBytes = block.Item2,
            ProcessCount = Controller(groups, "pids") is { } pids ? ReadNumber(Path.Combine(pids, "pids.current")) : -1,
        };
    }

    private RuntimeUsage? ReadVersion2(string[] groups)
    {
        var line = groups.FirstOrDefault(static group => group.StartsWith("0::", StringComparison.Ordinal));
        if (line is null)
        {
            return null;
        }

        var directory = cgroupRoot + line[3..];
        if (!File.Exists(Path.Combine(directory, "memory.current")))
        {
            return null;
        }

        var stat = ReadStat(Path.Combine(directory, "memory.stat"));
        var total = ReadNumber(Path.Combine(directory, "memory.current"));
        var (read, written) = ReadBlock2(Path.Combine(directory, "io.stat"));
        return new RuntimeUsage
        {
            Timestamp = time.GetUtcNow(),
            CpuNanoseconds = ReadStat(Path.Combine(directory, "cpu.stat")).GetValueOrDefault("usage_usec") * 1000,
            MemoryUsageBytes = total,
            MemoryWorkingSetBytes = Math.Max(0, total - stat.GetValueOrDefault("inactive_file")),
            MemoryRssBytes = stat.GetValueOrDefault("anon", -1),
            BlockReadBytes = read,
            BlockWrittenBytes = written,
            ProcessCount = ReadNumber(Path.Combine(directory, "pids.current")),
        };
    }

    /// <summary>Directory of a version 1 controller; they are mounted one by one or several together.</summary>
    private string? Controller(string[] groups, string name)
    {
        foreach (var group in groups)
        {
            var parts = group.Split(':', 3);
            if (parts.Length < 3 || !parts[1].Split(',').Contains(name, StringComparer.Ordinal))
            {
                continue;
            }

            foreach (var mount in new[] { name, parts[1] })
            {
                var directory = Path.Combine(cgroupRoot, mount) + parts[2];
                if (Directory.Exists(directory))
                {
                    return directory;
                }
            }
        }

        return null;
    }

    private (long Received, long Sent) ReadNetwork(long processId)
    {
        var (received, sent) = (0L, 0L);
        foreach (var line in File.ReadLines(Path.Combine(procRoot, Text(processId), "net", "dev")).Skip(2))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon < 0 || line.AsSpan(0, colon).Trim().SequenceEqual("lo"))
            {
                continue;
            }

            var fields = line[(colon + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            received += Number(fields[0]);
            sent += Number(fields[8]);
        }

        return (received, sent);
    }

    private static (long Read, long Written) ReadBlock1(string file)
    {
        var (read, written) = (0L, 0L);
        foreach (var fields in (File.Exists(file) ? File.ReadLines(file) : []).Select(static line => line.Split(' ')).Where(static fields => fields.Length == 3))
        {
            read += fields[1] == "Read" ? Number(fields[2]) : 0;
            written += fields[1] == "Write" ? Number(fields[2]) : 0;
        }

        return (read, written);
    }

    private static (long Read, long Written) ReadBlock2(string file)
    {
        var (read, written) = (0L, 0L);
        foreach (var field in (File.Exists(file) ? File.ReadLines(file) : []).SelectMany(static line => line.Split(' ')))
        {
            read += field.StartsWith("rbytes=", StringComparison.Ordinal) ? Number(field[7..]) : 0;
            written += field.StartsWith("wbytes=", StringComparison.Ordinal) ? Number(field[7..]) : 0;
        }

        return (read, written);
    }

    private static Dictionary<string, long> ReadStat(string file)
    {
        var result = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var line in File.ReadLines(file))
        {
            var space = line.IndexOf(' ', StringComparison.Ordinal);
            if (space > 0)
            {
                result[line[..space]] = Number(line[(space + 1)..]);
            }
        }

        return result;
    }

    private static long ReadNumber(string file) => File.Exists(file) ? Number(File.ReadAllText(file).Trim()) : -1;

    private static long Number(string text) => long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
