using System.Globalization;
using Crescent.NodeAgent.Pods;
using Crescent.Nodes;
using Microsoft.Extensions.Options;

namespace Crescent.NodeAgent.Stats;

/// <summary>Usage of the whole machine. What the operating system does not tell cheaply stays unknown.</summary>
internal sealed class MachineReader(IOptions<PodOptions> options, TimeProvider time)
{
    private const long NanosecondsPerTick = 10_000_000;

    public UsageSample Read()
    {
        var (used, capacity) = ReadFileSystem();
        var now = time.GetUtcNow();
        if (!OperatingSystem.IsLinux())
        {
            return new UsageSample { Timestamp = now, FileSystemUsedBytes = used, FileSystemCapacityBytes = capacity };
        }

        var memory = ReadMemory();
        var total = memory.GetValueOrDefault("MemTotal");
        var (received, sent) = ReadNetwork();
        return new UsageSample
        {
            Timestamp = now,
            CpuNanoseconds = ReadCpu(),
            MemoryUsageBytes = total - memory.GetValueOrDefault("MemFree"),
            MemoryWorkingSetBytes = total - memory.GetValueOrDefault("MemAvailable"),
            MemoryRssBytes = memory.GetValueOrDefault("AnonPages", -1),
            NetworkReceivedBytes = received,
            NetworkSentBytes = sent,
            FileSystemUsedBytes = used,
            FileSystemCapacityBytes = capacity,
            ProcessCount = -1,
        };
    }

    /// <summary>Bytes of memory that new work can have; -1 when unknown.</summary>
    public static long AvailableMemory() => OperatingSystem.IsLinux() ? ReadMemory().GetValueOrDefault("MemAvailable", -1) : -1;

    public (long Used, long Capacity) ReadFileSystem()
    {
        try
        {
            Directory.CreateDirectory(options.Value.RootDirectory);
            var drive = new DriveInfo(OperatingSystem.IsWindows() ? Path.GetPathRoot(options.Value.RootDirectory)! : options.Value.RootDirectory);
            return (drive.TotalSize - drive.AvailableFreeSpace, drive.TotalSize);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // Not every file system says how big it is.
            return (-1, -1);
        }
    }

    private static long ReadCpu()
    {
        using var reader = new StreamReader("/proc/stat");
        var fields = (reader.ReadLine() ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);

        // user nice system idle iowait irq softirq steal: everything but idle and iowait is use.
        return fields.Skip(1).Take(8).Select(static (field, index) => index is 3 or 4 ? 0 : long.Parse(field, CultureInfo.InvariantCulture)).Sum() * NanosecondsPerTick;
    }

    private static Dictionary<string, long> ReadMemory()
    {
        var result = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var line in File.ReadLines("/proc/meminfo"))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            var number = line[(colon + 1)..].Trim().Split(' ')[0];
            result[line[..colon]] = long.Parse(number, CultureInfo.InvariantCulture) * 1024;
        }

        return result;
    }

    /// <summary>Interfaces of the machine itself: no loopback, no bridges and ends of container links.</summary>
    private static (long Received, long Sent) ReadNetwork()
    {
        var (received, sent) = (0L, 0L);
        foreach (var line in File.ReadLines("/proc/net/dev").Skip(2))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            var name = line[..colon].Trim();
            if (name == "lo" || !Path.Exists($"/sys/class/net/{name}/device"))
            {
                continue;
            }

            var fields = line[(colon + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            received += long.Parse(fields[0], CultureInfo.InvariantCulture);
            sent += long.Parse(fields[8], CultureInfo.InvariantCulture);
        }

        return (received, sent);
    }
}
