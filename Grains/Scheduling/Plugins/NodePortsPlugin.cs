using Crescent.Grains.Scheduling.Framework;

namespace Crescent.Grains.Scheduling.Plugins;

/// <summary>Two pods cannot take one host port of one address and protocol.</summary>
internal sealed class NodePortsPlugin : IFilterPlugin
{
    private readonly Rejection _rejection = new("NodePorts", "node(s) didn't have free ports for the requested pod ports");

    public string Name => "NodePorts";

    public Rejection? Filter(PodInfo pod, NodeInfo node)
    {
        foreach (var wanted in pod.HostPorts)
        {
            foreach (var used in node.UsedPorts)
            {
                if (wanted.ConflictsWith(used))
                {
                    return _rejection;
                }
            }
        }

        return null;
    }

    public bool MayHelp(PodInfo pod, ClusterChange change) =>
        change is { Node: not null, PreviousNode: null }
        || (change.Left is { } left && left.HostPorts.Any(freed => pod.HostPorts.Any(wanted => wanted.ConflictsWith(freed))));
}
