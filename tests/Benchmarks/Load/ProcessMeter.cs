using System.Globalization;

namespace Crescent.Benchmarks.Load;

/// <summary>
/// CPU time and memory of the server processes and their children, read from /proc. A database has a process for each connection; what
/// those that have ended used, their parent knows.
/// </summary>
internal sealed class ProcessMeter
{
    private static readonly string[] KnownNames =
        ["crescent-silo", "crescent-agent", "postgres", "kube-apiserver", "kube-controller", "kube-scheduler", "kubelet", "etcd"];

    private readonly int[] _named;

    private ProcessMeter(int[] named) => _named = named;

    public static ProcessMeter For(int[] pids) => new(pids);

    public (TimeSpan Cpu, double Megabytes) Read()
    {
        var cpu = TimeSpan.Zero;
        var kilobytes = 0L;
        foreach (var pid in (_named.Length > 0 ? _named : Find()).SelectMany(WithChildren).Distinct())
        {
            try
            {
                var stat = File.ReadAllText($"/proc/{pid}/stat");
                var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
                cpu += TimeSpan.FromMilliseconds(10 * (Number(fields[11]) + Number(fields[12]) + Number(fields[13]) + Number(fields[14])));
                kilobytes += ProportionalSetSize(pid);
            }
            catch (IOException)
            {
                // The process has ended meanwhile; what it used is no longer to be had.
            }
        }

        return (cpu, kilobytes / 1024.0);
    }

    private static IEnumerable<int> WithChildren(int pid)
    {
        var children = $"/proc/{pid}/task/{pid}/children";
        return File.Exists(children)
            ? [pid, .. File.ReadAllText(children).Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(static child => (int)Number(child))]
            : [pid];
    }

    private static long ProportionalSetSize(int pid)
    {
        foreach (var line in File.ReadLines($"/proc/{pid}/smaps_rollup"))
        {
            if (line.StartsWith("Pss:", StringComparison.Ordinal))
            {
                return Number(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]);
            }
        }

        return 0;
    }

    private static IEnumerable<int> Find()
    {
        foreach (var directory in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(directory), NumberStyles.None, CultureInfo.InvariantCulture, out var pid)
                && File.Exists($"{directory}/comm") && KnownNames.Contains(File.ReadAllText($"{directory}/comm").Trim()))
            {
                yield return pid;
            }
        }
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
