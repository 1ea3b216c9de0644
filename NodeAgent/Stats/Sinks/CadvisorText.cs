using System.Globalization;
using System.Text;
using Crescent.Nodes;

namespace Crescent.NodeAgent.Stats.Sinks;

/// <summary>
/// A round in Prometheus' text format under cAdvisor's names. Figures of a pod's network carry no container, as there: they belong to the
/// sandbox. The row with an empty pod is the whole machine.
/// </summary>
internal static class CadvisorText
{
    public static string Write(StatsRound round)
    {
        var text = new StringBuilder(16 * 1024);
        Family("container_cpu_usage_seconds_total", "counter", "Cumulative cpu time consumed in seconds.", static usage => usage.CpuNanoseconds, 1e-9);
        Family("container_memory_working_set_bytes", "gauge", "Current working set in bytes.", static usage => usage.MemoryWorkingSetBytes);
        Family("container_memory_usage_bytes", "gauge", "Current memory usage in bytes, including all memory regardless of when it was accessed.", static usage => usage.MemoryUsageBytes);
        Family("container_memory_rss", "gauge", "Size of RSS in bytes.", static usage => usage.MemoryRssBytes);
        Family("container_fs_usage_bytes", "gauge", "Number of bytes that are consumed by the container on this filesystem.", static usage => usage.FileSystemUsedBytes);
        Family("container_fs_limit_bytes", "gauge", "Number of bytes that can be consumed by the container on this filesystem.", static usage => usage.FileSystemCapacityBytes);
        Family("container_fs_reads_bytes_total", "counter", "Cumulative count of bytes read.", static usage => usage.BlockReadBytes);
        Family("container_fs_writes_bytes_total", "counter", "Cumulative count of bytes written.", static usage => usage.BlockWrittenBytes);
        Family("container_processes", "gauge", "Number of processes running inside the container.", static usage => usage.ProcessCount);
        Network("container_network_receive_bytes_total", "Cumulative count of bytes received.", static usage => usage.NetworkReceivedBytes);
        Network("container_network_transmit_bytes_total", "Cumulative count of bytes transmitted.", static usage => usage.NetworkSentBytes);

        Head("container_start_time_seconds", "gauge", "Start time of the container since unix epoch in seconds.");
        foreach (var container in round.Containers)
        {
            Line("container_start_time_seconds", Labels(container), container.StartedAt.ToUnixTimeMilliseconds() / 1000.0, null);
        }

        Head("machine_cpu_cores", "gauge", "Number of logical CPU cores.");
        Line("machine_cpu_cores", "", round.CpuCount, null);
        Head("machine_memory_bytes", "gauge", "Amount of memory installed on the machine.");
        Line("machine_memory_bytes", "", round.MemoryBytes, null);
        return text.ToString();

        void Family(string name, string type, string help, Func<UsageSample, long> value, double scale = 1)
        {
            Head(name, type, help);
            Sample(name, "{container=\"\",id=\"/\",image=\"\",name=\"\",namespace=\"\",pod=\"\"}", round.Stats.Node, value, scale);
            foreach (var container in round.Containers)
            {
                Sample(name, Labels(container), container.Usage, value, scale);
            }
        }

        void Network(string name, string help, Func<UsageSample, long> value)
        {
            Head(name, "counter", help);
            Sample(name, "{container=\"\",id=\"/\",image=\"\",interface=\"all\",name=\"\",namespace=\"\",pod=\"\"}", round.Stats.Node, value, 1);
            foreach (var pod in round.Stats.Pods)
            {
                Sample(name, $"{{container=\"\",id=\"/pod{pod.Uid}\",image=\"\",interface=\"eth0\",name=\"\",namespace=\"{pod.Namespace}\",pod=\"{pod.Name}\"}}", pod.Usage, value, 1);
            }
        }

        void Sample(string name, string labels, UsageSample usage, Func<UsageSample, long> value, double scale)
        {
            if (value(usage) is >= 0 and var number)
            {
                Line(name, labels, number * scale, usage.Timestamp);
            }
        }

        void Head(string name, string type, string help) => text.Append("# HELP ").Append(name).Append(' ').Append(help).Append("\n# TYPE ").Append(name).Append(' ').Append(type).Append('\n');

        void Line(string name, string labels, double value, DateTimeOffset? at)
        {
            text.Append(name).Append(labels).Append(' ').Append(value.ToString("R", CultureInfo.InvariantCulture));
            if (at is { } time)
            {
                text.Append(' ').Append(time.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture));
            }

            text.Append('\n');
        }
    }

    private static string Labels(ContainerRound container) =>
        $"{{container=\"{container.Container}\",id=\"/pod{container.PodUid}/{container.Id}\",image=\"{container.Image}\",name=\"{container.Id}\",namespace=\"{container.Namespace}\",pod=\"{container.Pod}\"}}";
}
