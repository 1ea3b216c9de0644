using System.Globalization;
using System.Text.Json.Nodes;
using Crescent.Nodes;

namespace Crescent.NodeAgent.Stats;

/// <summary>Stats in the shape of kubelet's <c>/stats/summary</c>.</summary>
internal static class StatsSummary
{
    public static JsonObject Write(string nodeName, NodeStats? stats)
    {
        var node = new JsonObject { ["nodeName"] = nodeName };
        var pods = new JsonArray();
        if (stats is not null)
        {
            AddUsage(node, stats.Node);
            AddNetwork(node, stats.Node);
            AddFileSystem(node, "fs", stats.Node);
            foreach (var pod in stats.Pods)
            {
                pods.Add(Pod(pod));
            }
        }

        return new JsonObject { ["node"] = node, ["pods"] = pods };
    }

    private static JsonObject Pod(PodStats pod)
    {
        var item = new JsonObject
        {
            ["podRef"] = new JsonObject { ["name"] = pod.Name, ["namespace"] = pod.Namespace, ["uid"] = pod.Uid },
            ["containers"] = new JsonArray([.. pod.Containers.Select(static container =>
            {
                var entry = new JsonObject { ["name"] = container.Name };
                AddUsage(entry, container.Usage);
                if (container.Usage.FileSystemUsedBytes >= 0)
                {
                    AddFileSystem(entry, "rootfs", container.Usage);
                }

                return entry;
            })]),
        };
        AddUsage(item, pod.Usage);
        AddNetwork(item, pod.Usage);
        return item;
    }

    private static void AddUsage(JsonObject item, UsageSample usage)
    {
        var cpu = new JsonObject { ["time"] = Time(usage) };
        Set(cpu, "usageNanoCores", usage.CpuNanoCores);
        Set(cpu, "usageCoreNanoSeconds", usage.CpuNanoseconds);
        item["cpu"] = cpu;
        var memory = new JsonObject { ["time"] = Time(usage) };
        Set(memory, "usageBytes", usage.MemoryUsageBytes);
        Set(memory, "workingSetBytes", usage.MemoryWorkingSetBytes);
        Set(memory, "rssBytes", usage.MemoryRssBytes);
        item["memory"] = memory;
    }

    private static void AddNetwork(JsonObject item, UsageSample usage)
    {
        var network = new JsonObject { ["time"] = Time(usage), ["name"] = "eth0" };
        Set(network, "rxBytes", usage.NetworkReceivedBytes);
        Set(network, "txBytes", usage.NetworkSentBytes);
        item["network"] = network;
    }

    private static void AddFileSystem(JsonObject item, string name, UsageSample usage)
    {
        var system = new JsonObject { ["time"] = Time(usage) };
        Set(system, "capacityBytes", usage.FileSystemCapacityBytes);
        Set(system, "usedBytes", usage.FileSystemUsedBytes);
        Set(system, "availableBytes", usage.FileSystemCapacityBytes >= 0 ? usage.FileSystemCapacityBytes - usage.FileSystemUsedBytes : -1);
        item[name] = system;
    }

    private static void Set(JsonObject item, string name, long value)
    {
        if (value >= 0)
        {
            item[name] = value;
        }
    }

    private static string Time(UsageSample usage) => usage.Timestamp.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
}
